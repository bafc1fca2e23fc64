/** Whether a text can stand in a header, in an envelope and in the arguments of sendmail and be one address there, so
 * that what is accepted in a configuration or a bark can be mailed to. A login name is one too.
 *
 * Narrower than RFC 5321 on purpose: no list, no quoting, no route (% and !), no address literal (@[10.0.0.1], which
 * few servers take: a machine has a name), nothing unseen. */
export const isAddress = (text: string): boolean =>
  text.length <= 254 && ADDRESS.test(text) && !UNSEEN.test(text);

const SIGN = '[^\\s@<>()[\\]\\\\,;:"`|!%.]';
const LOCAL = `(?:${SIGN}|\\.)+`;
const DOMAIN = `${SIGN}+(?:\\.${SIGN}+)*`;
const ADDRESS = new RegExp(`^(?!-)${LOCAL}(?:@(?!-)${DOMAIN})?$`, "u");
const UNSEEN = /[\p{C}\p{Z}]/u;
