import { errno } from "./trouble.ts";

/** Why something on the network did not go well, in words for a person where there are any. */
export const because = (error: unknown): string =>
  REASONS[errno(error) ?? ""] ?? errno(error) ?? (error as Error).message;

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody listens there",
  ECONNRESET: "the connection was cut",
  ETIMEDOUT: "no answer in time",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the name server does not answer",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
  ERR_SSL_WRONG_VERSION_NUMBER: "what is there speaks something else",
  EPROTO: "what is there speaks something else",
  HPE_INVALID_CONSTANT: "what is there speaks something else",
  CERT_HAS_EXPIRED: "its certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is not trusted",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is not trusted",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate is not trusted",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is not trusted",
};
