/** What needs ical.js, and so is loaded together, where it is asked for. */
export { readCalendar } from "./calendar.ts";
export { feed } from "./feed.ts";
