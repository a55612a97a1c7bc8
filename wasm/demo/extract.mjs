// Runs gleaner.wasm in a browser or in Node: bytes of a page in, the object that the program prints out.
// It gives the program the part of WASI (preview 1) that it uses: arguments, standard input and output, random numbers for hash tables. There is no
// file, no clock and no network to reach.

const ERRNO_BADF = 8;

class Exit extends Error {
  constructor(code) {
    super(`the program ended with ${code}`);
    this.code = code;
  }
}

function wasi(args, input) {
  const output = [[], []]; // standard output and error
  const words = args.map((word) => new TextEncoder().encode(word + "\0"));
  let memory, at = 0;
  const view = () => new DataView(memory.buffer);
  const bytes = (from, length) => new Uint8Array(memory.buffer, from, length);
  // Calls `use` on each buffer of a list, until one is not used up; returns how many bytes were used.
  const buffers = (list, count, use) => {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const length = view().getUint32(list + 8 * i + 4, true);
      const used = use(bytes(view().getUint32(list + 8 * i, true), length));
      sum += used;
      if (used < length) break;
    }
    return sum;
  };
  const calls = {
    args_sizes_get(count, size) {
      view().setUint32(count, words.length, true);
      view().setUint32(size, words.reduce((sum, word) => sum + word.length, 0), true);
      return 0;
    },
    args_get(list, to) {
      for (const [i, word] of words.entries()) {
        view().setUint32(list + 4 * i, to, true);
        bytes(to, word.length).set(word);
        to += word.length;
      }
      return 0;
    },
    environ_sizes_get(count, size) {
      view().setUint32(count, 0, true);
      view().setUint32(size, 0, true);
      return 0;
    },
    environ_get: () => 0,
    fd_read(fd, list, count, read) {
      if (fd !== 0) return ERRNO_BADF;
      const sum = buffers(list, count, (buffer) => {
        const part = input.subarray(at, at + buffer.length);
        buffer.set(part);
        at += part.length;
        return part.length;
      });
      view().setUint32(read, sum, true);
      return 0;
    },
    fd_write(fd, list, count, written) {
      if (fd !== 1 && fd !== 2) return ERRNO_BADF;
      view().setUint32(written, buffers(list, count, (buffer) => output[fd - 1].push(buffer.slice()) && buffer.length), true);
      return 0;
    },
    random_get(to, length) {
      for (let i = 0; i < length; i += 65536) crypto.getRandomValues(bytes(to + i, Math.min(65536, length - i)));
      return 0;
    },
    proc_exit(code) {
      throw new Exit(code);
    },
  };
  const text = (parts) => new TextDecoder().decode(joined(parts));
  return {
    // Anything else that the program asks for does not exist.
    imports: new Proxy(calls, { get: (known, name) => known[name] ?? (() => ERRNO_BADF) }),
    start(instance) {
      memory = instance.exports.memory;
      try {
        instance.exports._start();
      } catch (error) {
        if (!(error instanceof Exit) || error.code !== 0) throw new Error(text(output[1]) || error.message, { cause: error });
      }
      return text(output[0]);
    },
  };
}

function joined(parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

// The article of a page (`bytes`, a Uint8Array) as the compiled program (a WebAssembly.Module) prints it.
export async function extract(program, bytes, url = "") {
  const system = wasi(["gleaner", url], bytes);
  const instance = await WebAssembly.instantiate(program, { wasi_snapshot_preview1: system.imports });
  return JSON.parse(system.start(instance));
}
