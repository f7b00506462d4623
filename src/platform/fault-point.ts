let onPassing: ((name: string) => void) | undefined;

/**
 * A place where the program may die: before and after every write, send and wait that something depends on. It does nothing, until
 * a test has set what happens there.
 */
export function faultPoint(name: string): void {
  onPassing?.(name);
}

/** For tests: what is done at every passing of a fault point; `undefined` for nothing. */
export function setFaultHook(hook: ((name: string) => void) | undefined): void {
  onPassing = hook;
}
