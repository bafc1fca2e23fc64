/** What is used of the package sd-notify, which has no types of its own. Its `log` is left alone: a % in the text
 * ends the process. */
declare module "sd-notify" {
  const library: {
    /** sd_notify(3), from this very process. */
    sendState(state: string): void;
  };
  export default library;
}
