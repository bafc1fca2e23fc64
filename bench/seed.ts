/** The question that all began with: services interrupted in the last month on machines with little memory that ran
 * nginx 1.22.1 then. */
import { NOW } from "./world.ts";

export const QUESTION = `during(state(Host, Service, fail), Since, _), Since > ago(days(30)),
  ram(Host, Ram), Ram < gib(4), at(package(Host, nginx, '1.22.1'), Since)`;

/** The best SQL for it that could be written by hand. */
export const HAND = `SELECT DISTINCT s.host, s.tag, s.since, r.a1
  FROM fact p CROSS JOIN fact r CROSS JOIN state s
 WHERE p.relation = 'package' AND p.a1 = 'nginx' AND p.a2 = '1.22.1'
   AND r.relation = 'ram' AND r.host = p.host AND r.until IS NULL AND r.a1 < 4294967296
   AND s.level = 'fail' AND s.level <> 'ok' AND s.host = p.host AND s.since > ${NOW - 30 * 86_400_000}
   AND p.since <= s.since AND (p.until IS NULL OR p.until > s.since)
 ORDER BY 1, 2, 3, 4`;

/** And for SWI-Prolog, of what `sheepdog export --prolog` writes: its goals in the order that is best there, too. */
export const PROLOG = `findall(Host-Service-Since-Ram,
  ( package_during(Host, nginx, '1.22.1', From, To), ram(Host, Ram), Ram < 4294967296,
    state_during(Host, Service, fail, Since, _), Since > ${NOW - 30 * 86_400_000}, From =< Since, Since < To ),
  Found), sort(Found, Answers), length(Answers, N)`;
