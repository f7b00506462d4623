/**
 * Holds the book's core compiled for as long as a test file's process lives. Engine threads come and go in it, and each that went took the
 * compiled code along; making and freeing that over and over now and then ends a process with V8's "Check failed: jit_page.has_value()".
 *
 * @see https://github.com/nodejs/node/issues/64500 read 2026-11-24
 */
import { createBookCore } from '../../src/app/book-core.ts';

createBookCore();
