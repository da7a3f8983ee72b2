// Makes one executable of a Node for musl, what it runs, and all that it needs: native/standalone/start.c says how such a file starts. Nothing that the program
// has moves, so nothing in it has to be understood but its program headers and the names in its dynamic section (elf(5)).
const type = { null: 0, load: 1, dynamic: 2, interp: 3, note: 4 };
const tag = { null: 0, needed: 1, strtab: 5, rpath: 15, runpath: 29 };
/** Of the range for systems' own tags: a loader passes over those that it does not know. */
const ignoredTag = 0x6000000d;
const writable = 2;
const readableAndExecutable = 5;
/** What both kinds of machine may have as the size of a page. */
const pageBytes = 65536;
/** "/proc/self/fd/", five digits and a zero. */
const longestPath = 20;
/** struct plan and struct carried of native/standalone/start.c. */
const plan = { numbers: 4, carriedNumbers: 3, nameBytes: 24, mostCarried: 4 };
/** As Node looks for its application (node: doc/api/single-executable-applications.md; postject-api.h reads it). */
const note = { name: 'NODE_SEA_BLOB\0\0\0', nameBytes: 14 };
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:';

/** One program header, written through to the file that it is in. */
class Segment {
  #file;
  #at;

  constructor(file, at) {
    this.#file = file;
    this.#at = at;
  }

  get type() {
    return this.#file.readUInt32LE(this.#at);
  }
  get flags() {
    return this.#file.readUInt32LE(this.#at + 4);
  }
  get offset() {
    return this.#number(8);
  }
  get address() {
    return this.#number(16);
  }
  get fileBytes() {
    return this.#number(32);
  }
  get memoryBytes() {
    return this.#number(40);
  }
  get alignment() {
    return this.#number(48);
  }

  set({ type: kind, flags, offset, address, bytes, alignment }) {
    this.#file.writeUInt32LE(kind, this.#at);
    this.#file.writeUInt32LE(flags, this.#at + 4);
    for (const [place, value] of [offset, address, address, bytes, bytes, alignment].entries())
      this.#file.writeBigUInt64LE(BigInt(value), this.#at + 8 + place * 8);
  }

  moveTo(offset) {
    this.#file.writeBigUInt64LE(BigInt(offset), this.#at + 8);
  }

  takeFrom(other) {
    const { type: kind, flags, offset, address, fileBytes, memoryBytes } = other;
    if (fileBytes === memoryBytes) this.set({ type: kind, flags, offset, address, bytes: fileBytes, alignment: other.alignment });
    else other.#file.copy(this.#file, this.#at, other.#at, other.#at + 56);
  }

  #number(place) {
    return Number(this.#file.readBigUInt64LE(this.#at + place));
  }
}

function segmentsOf(file) {
  if (file.readUInt32BE(0) !== 0x7f454c46 || file[4] !== 2 || file[5] !== 1)
    throw new Error('expected a 64-bit little-endian ELF file, found something else.');
  const [at, count] = [Number(file.readBigUInt64LE(32)), file.readUInt16LE(56)];
  return Array.from({ length: count }, (_, index) => new Segment(file, at + index * 56));
}

function only(segments, kind, what) {
  const found = segments.filter((segment) => segment.type === kind);
  if (found.length !== 1) throw new Error(`expected one ${what}, found ${found.length}.`);
  return found[0];
}

/** Entries of the dynamic section: where each is in the file, its tag and its value. */
function dynamicOf(file, segments) {
  const { offset, fileBytes } = only(segments, type.dynamic, 'dynamic section');
  const entries = [];
  for (let at = offset; at < offset + fileBytes; at += 16) {
    const [kind, value] = [Number(file.readBigUInt64LE(at)), Number(file.readBigUInt64LE(at + 8))];
    if (kind === tag.null) break;
    entries.push({ at, kind, value });
  }
  return entries;
}

function segmentAt(segments, address) {
  const found = segments.find(
    (segment) => segment.type === type.load && address >= segment.address && address < segment.address + segment.fileBytes,
  );
  if (found === undefined) throw new Error(`expected address ${address.toString(16)} in the file, found it in no segment.`);
  return found;
}

/** The libraries that it needs, with where each name is. */
function neededOf(file, segments) {
  const entries = dynamicOf(file, segments);
  const strings = entries.find(({ kind }) => kind === tag.strtab)?.value ?? 0;
  return entries
    .filter(({ kind }) => kind === tag.needed)
    .map(({ at, value }) => {
      const address = strings + value;
      const segment = segmentAt(segments, address);
      const offset = segment.offset + address - segment.address;
      const name = file.toString('latin1', offset, file.indexOf(0, offset));
      return { at, name, address, isWritable: (segment.flags & writable) !== 0 };
    });
}

/** A library that leaves it to the program to bring some of what it needs. */
export function withoutNeeded(library, names) {
  const file = Buffer.from(library);
  for (const { at, name } of neededOf(file, segmentsOf(file)))
    if (names.includes(name)) file.writeBigUInt64LE(BigInt(ignoredTag), at);
  return file;
}

/**
 * A program without what is never loaded, symbols for debuggers above all. What is loaded lies on the same place of its page as before, of the largest pages that it is aligned to.
 */
export function withoutUnloaded(program) {
  const file = Buffer.from(program);
  const segments = segmentsOf(file);
  const loaded = segments.filter((segment) => segment.type === type.load).sort((a, b) => a.offset - b.offset);
  const unit = Math.max(pageBytes, ...loaded.map(({ alignment }) => alignment));
  const kept = [];
  /** Bytes that are left out before each place. */
  let cut = 0;
  let end = 0;
  const cuts = [];
  for (const { offset, fileBytes } of loaded) {
    const gap = Math.floor((offset - end) / unit) * unit;
    kept.push(file.subarray(end, Math.max(end, offset - gap)));
    cut += Math.max(0, gap);
    cuts.push({ from: offset, cut });
    kept.push(file.subarray(offset, offset + fileBytes));
    end = offset + fileBytes;
  }
  for (const segment of segments) segment.moveTo(segment.offset - (cuts.findLast(({ from }) => from <= segment.offset)?.cut ?? 0));
  // There are no sections any more: nothing that runs asks for them.
  file.writeBigUInt64LE(0n, 40);
  file.fill(0, 58, 64);
  return Buffer.concat(kept);
}

/**
 * `start`: bytes of native/standalone/start.c. `blob`: of `node --experimental-sea-config`. `carried`: shared objects with the name of the memory file that each
 * becomes; `needed` is how the program names it. Returns the bytes of the executable.
 */
export function assemble({ program, start, blob, loader, carried }) {
  const file = Buffer.from(program);
  const segments = segmentsOf(file);
  for (const entry of dynamicOf(file, segments))
    if (entry.kind === tag.rpath || entry.kind === tag.runpath) file.writeBigUInt64LE(BigInt(ignoredTag), entry.at);
  lightFuse(file);

  const parts = [file];
  let bytes = file.length;
  /** Where it comes to lie in the file. */
  const append = (part, alignment) => {
    const gap = (alignment - (bytes % alignment)) % alignment;
    parts.push(Buffer.alloc(gap), part);
    bytes += gap + part.length;
    return bytes - part.length;
  };
  const head = Buffer.alloc(Math.ceil(start.length / 8) * 8 + 4);
  start.copy(head);
  const noted = Buffer.concat([noteHeader(blob.length), blob, Buffer.alloc((4 - (blob.length % 4)) % 4)]);
  const added = Buffer.concat([head, noted]);
  const offset = append(added, pageBytes);
  const end = Math.max(...segments.filter((one) => one.type === type.load).map((one) => one.address + one.memoryBytes));
  const address = Math.ceil(end / pageBytes) * pageBytes;

  const needed = neededOf(file, segments);
  const numbers = [
    [address, Number(file.readBigUInt64LE(24)), append(loader, pageBytes), carried.length],
    ...carried.map((one) => [append(one.bytes, 8), one.bytes.length, one.needed === undefined ? 0 : placeOf(one.needed, needed)]),
  ];
  writePlan(added, numbers, carried);
  addSegments(segments, { offset, address, bytes: added.length }, head.length, noted.length);
  file.writeBigUInt64LE(BigInt(address + planBytes), 24);
  return Buffer.concat(parts);
}

const planBytes = plan.numbers * 8 + plan.mostCarried * (plan.carriedNumbers * 8 + plan.nameBytes);

function placeOf(name, needed) {
  const found = needed.find((one) => one.name === name);
  if (!found) throw new Error(`expected the program to need ${name}, found ${needed.map((one) => one.name).join(', ')}.`);
  if (!found.isWritable || name.length + 1 < longestPath)
    throw new Error(`expected room for a path where the program names ${name}, found none.`);
  return found.address;
}

function writePlan(to, [own, ...rows], carried) {
  if (carried.length > plan.mostCarried)
    throw new Error(`expected ${plan.mostCarried} libraries at most, found ${carried.length}.`);
  to.fill(0, 0, planBytes);
  own.forEach((value, index) => void to.writeBigUInt64LE(BigInt(value), index * 8));
  const rowBytes = plan.carriedNumbers * 8 + plan.nameBytes;
  for (const [row, values] of rows.entries()) {
    const at = plan.numbers * 8 + row * rowBytes;
    values.forEach((value, index) => void to.writeBigUInt64LE(BigInt(value), at + index * 8));
    to.write(carried[row].name, at + plan.carriedNumbers * 8, plan.nameBytes - 1, 'latin1');
  }
}

function noteHeader(descriptionBytes) {
  const header = Buffer.alloc(12 + note.name.length);
  header.writeUInt32LE(note.nameBytes, 0);
  header.writeUInt32LE(descriptionBytes, 4);
  header.write(note.name, 12, 'latin1');
  return header;
}

/** Tells Node that it is an application. */
function lightFuse(file) {
  const at = file.indexOf(`${fuse}0`, 0, 'latin1');
  if (at === -1 || file.indexOf(`${fuse}0`, at + 1, 'latin1') !== -1)
    throw new Error('expected a Node that can be an application and is none yet, found another one.');
  file.write('1', at + fuse.length, 'latin1');
}

/**
 * The interpreter's header becomes that of the segment, which has to be the last of those that are loaded: some kernels take the last one for the end. The first note's
 * header becomes that of the application.
 */
function addSegments(segments, { offset, address, bytes }, notedAt, notedBytes) {
  const noted = segments.find((segment) => segment.type === type.note);
  if (!noted) throw new Error('expected a program with a note, found none.');
  noted.set({
    type: type.note,
    flags: 4,
    offset: offset + notedAt,
    address: address + notedAt,
    bytes: notedBytes,
    alignment: 4,
  });
  const interp = segments.indexOf(only(segments, type.interp, 'interpreter'));
  const last = segments.findLastIndex((segment) => segment.type === type.load);
  for (let index = interp; index < last; index++) segments[index].takeFrom(segments[index + 1]);
  segments[Math.max(interp, last)].set({
    type: type.load,
    flags: readableAndExecutable,
    offset,
    address,
    bytes,
    alignment: pageBytes,
  });
}
