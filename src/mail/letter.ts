/** One mail as it is meant, before it is bytes. The same for all who are told the same. */
export interface Letter {
  readonly from: string;
  /** All who are told, for the header; who gets this copy is the envelope's affair. */
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly date: Date;
  /** With the angle brackets. Made from the parcel: a letter that is sent again is recognisable. */
  readonly messageId: string;
  /** Message-ID of the first letter about the trouble, where it is about one. */
  readonly inReplyTo?: string;
  /** Of the first letters about all its troubles. */
  readonly references: readonly string[];
  /** Plain text; encoded (RFC 2047) when it becomes bytes. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A letter as bytes (RFC 5322), lines ending in LF as files and sendmail(8) want them; SMTP makes CRLF of it.
 * Only ASCII, no line longer than 76 octets but where a header cannot be folded: what no server on the way
 * has a reason to touch. */
export async function render(letter: Letter): Promise<Buffer> {
  // Loaded when the first mail goes out: an idle mailer is small.
  const { default: Composer } = await import("nodemailer/lib/mail-composer");
  const mail = new Composer({
    from: letter.from,
    to: letter.to.map((address) => ({ name: "", address })),
    subject: letter.subject,
    text: letter.text,
    date: letter.date,
    messageId: letter.messageId,
    ...(letter.inReplyTo === undefined ? {} : { inReplyTo: letter.inReplyTo }),
    references: [...letter.references],
    headers: { ...letter.headers },
    newline: "linux",
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return mail.compile().build();
}
