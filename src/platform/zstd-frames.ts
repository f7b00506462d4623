/**
 * Where zstd frames end, from their headers alone: RFC 8878, sections 3.1.1 and 3.1.2.
 * Node 24's decompressor stops after the first frame of a file, so each frame gets a decompressor of its own.
 */

const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;

type State = 'magic' | 'skippable-size' | 'descriptor' | 'header' | 'block-header' | 'skip';

/** True when a file that begins so is zstd, a skippable frame included. */
export function isZstd(bytes: Uint8Array): boolean {
  if (bytes.length < 4) return false;
  const magic = littleEndian(bytes, 4);
  return magic === FRAME_MAGIC || isSkippable(magic);
}

/** Follows one frame after the other over a file cut into any pieces. */
export class ZstdFrameWalker {
  /** True between frames: before the first byte and after a frame's last. */
  isBetweenFrames = true;
  /** What the frame at hand is, told by its first 4 bytes; a skippable one holds no data. */
  kind: 'unknown' | 'data' | 'skippable' = 'unknown';
  /** Frames begun, skippable ones left out. */
  frames = 0;

  #state: State = 'magic';
  #afterSkip: 'block-header' | 'end' = 'end';
  readonly #gathered = new Uint8Array(16);
  #has = 0;
  #needs = 4;
  #skip = 0;
  #hasChecksum = false;

  /**
   * Goes on from `bytes[from]` and returns where the frame at hand ends, or `bytes.length` when it goes on after it.
   *
   * @throws {RangeError} If what stands there is no zstd frame.
   */
  advance(bytes: Uint8Array, from: number): number {
    let at = from;
    while (at < bytes.length) {
      if (this.isBetweenFrames) this.#begin();
      if (this.#state === 'skip') {
        const part = Math.min(this.#skip, bytes.length - at);
        this.#skip -= part;
        at += part;
      } else {
        this.#gathered[this.#has++] = bytes[at++] ?? 0;
        if (this.#has === this.#needs) this.#onField();
      }
      if (this.#state === 'skip' && this.#skip === 0) {
        if (this.#afterSkip === 'block-header') this.#gather('block-header', 3);
        else this.isBetweenFrames = true;
      }
      if (this.isBetweenFrames) return at;
    }
    return at;
  }

  #begin(): void {
    this.isBetweenFrames = false;
    this.kind = 'unknown';
    this.#gather('magic', 4);
  }

  #gather(state: State, needs: number): void {
    this.#state = state;
    this.#needs = needs;
    this.#has = 0;
  }

  #pass(bytes: number, then: 'block-header' | 'end'): void {
    this.#state = 'skip';
    this.#skip = bytes;
    this.#afterSkip = then;
  }

  #onField(): void {
    switch (this.#state) {
      case 'magic':
        this.#onMagic(littleEndian(this.#gathered, 4));
        break;
      case 'skippable-size':
        this.#pass(littleEndian(this.#gathered, 4), 'end');
        break;
      case 'descriptor':
        this.#onDescriptor(this.#gathered[0] ?? 0);
        break;
      case 'header':
        this.#gather('block-header', 3);
        break;
      case 'block-header':
        this.#onBlock(littleEndian(this.#gathered, 3));
        break;
      case 'skip':
        break;
    }
  }

  #onMagic(magic: number): void {
    if (isSkippable(magic)) {
      this.kind = 'skippable';
      this.#gather('skippable-size', 4);
    } else if (magic === FRAME_MAGIC) {
      this.kind = 'data';
      this.frames++;
      this.#gather('descriptor', 1);
    } else {
      throw new RangeError(
        `0x${magic.toString(16).padStart(8, '0')} is not the beginning of a zstd frame`,
      );
    }
  }

  #onDescriptor(descriptor: number): void {
    const isSingleSegment = (descriptor & 0x20) !== 0;
    const sizeFlag = descriptor >> 6;
    this.#hasChecksum = (descriptor & 0x04) !== 0;
    const windowBytes = isSingleSegment ? 0 : 1;
    const dictionaryBytes = [0, 1, 2, 4][descriptor & 0x03] ?? 0;
    const sizeBytes = sizeFlag === 0 ? 1 - windowBytes : 1 << sizeFlag;
    const rest = windowBytes + dictionaryBytes + sizeBytes;
    if (rest === 0) this.#gather('block-header', 3);
    else this.#gather('header', rest);
  }

  #onBlock(header: number): void {
    const isLast = (header & 1) !== 0;
    const type = (header >> 1) & 3;
    if (type === 3) throw new RangeError('a zstd block of the reserved type');
    // a block of one repeated byte (type 1) stores that byte alone
    const stored = type === 1 ? 1 : header >> 3;
    if (isLast) this.#pass(stored + (this.#hasChecksum ? 4 : 0), 'end');
    else this.#pass(stored, 'block-header');
  }
}

function isSkippable(magic: number): boolean {
  return (magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC;
}

function littleEndian(bytes: Uint8Array, count: number): number {
  let value = 0;
  for (let index = count - 1; index >= 0; index--) value = value * 256 + (bytes[index] ?? 0);
  return value;
}
