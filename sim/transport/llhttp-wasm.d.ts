/** What TypeScript does not know of: the parser's bytes in undici's package, and Node's WebAssembly. */

declare module 'undici/lib/llhttp/llhttp-wasm.js' {
  const bytes: Uint8Array;
  export default bytes;
}

declare namespace WebAssembly {
  type Imports = Record<string, Record<string, (...numbers: number[]) => number>>;
  /** Compiled code; opaque. */
  type Module = object;
  interface Instance {
    readonly exports: unknown;
  }
  const Module: new (bytes: Uint8Array) => Module;
  const Instance: new (module: Module, imports: Imports) => Instance;
}
