/** Where rules lie if nothing else is said. That it is not there is no mistake. */
export const RULES = "/etc/sheepdog/rules";
