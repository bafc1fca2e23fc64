/** What to type to be shown one bark whole. */
export const show = (bark: string): string => `sheepdog show ${quote(bark)}`;

/** What to type for all that is known of a subject. */
export const list = (host: string, tag: string): string =>
  `sheepdog list --host ${quote(host)} --tag ${quote(tag)}`;

/** What to type to be at it, and be reminded no more. */
export const acknowledge = (host: string, tag: string): string =>
  `sheepdog ack ${quote(host)} ${quote(tag)} --why …`;

/** Somebody will paste it into a shell, so whoever made the bark must not be able to say more than a word. */
const quote = (text: string): string =>
  /^[\w.@%+:,][\w.@%+:,-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
