/**
 * The book's core, in AssemblyScript, compiled to WebAssembly: what the classes around it do for nearly every event, over
 * the same memory, in a fraction of the time. It takes plain adds, cancels and fills of one staged batch, and hands
 * everything else to them; src/market/book/layout.ts says where all of it lies. Never an event that it can't finish: an
 * event is taken whole or not at all.
 *
 * The memory is the host's: no allocation, no runtime, no bounds are checked here.
 */
export { netSince } from './book-sums.ts';
export { runCompact } from './run-compact.ts';
export { runEvents } from './run-events.ts';
