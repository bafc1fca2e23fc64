/** Does something as a user who may do little: to root nothing is forbidden. Synchronous things only, for the
 * whole process changes. */
export function asNobody<Outcome>(act: () => Outcome): Outcome {
  if (process.geteuid?.() !== 0) return act();
  process.setegid?.(65_534);
  process.seteuid?.(65_534);
  try {
    return act();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}
