/** The seam to llhttp, Node's HTTP parser: the WebAssembly build that undici ships (pinned with it in package.json). */
import wasmBytes from 'undici/lib/llhttp/llhttp-wasm.js';

/** What a sink answers; llhttp's own codes. */
export const GO_ON = 0;
/** To a head: no body follows, whatever the head says. */
export const NO_BODY = 1;
/** Nothing more of this input is looked at. */
export const STOP = -1;
export type Answer = typeof GO_ON | typeof NO_BODY | typeof STOP;

/**
 * Is told what the parser finds, while it is fed. Texts are places in {@link Llhttp.input}, from `start` to before
 * `end`; one that is cut by the end of the input comes in several calls.
 */
export interface MessageSink {
  onBegin(): Answer;
  /** Fields of the header section; after the head, of the trailer section. */
  onFieldName(start: number, end: number): Answer;
  onFieldValue(start: number, end: number): Answer;
  onHead(status: number, upgrade: boolean, keepAlive: boolean): Answer;
  onBody(start: number, end: number): Answer;
  onEnd(): Answer;
}

/** A parser's memory in the WebAssembly instance: to be freed by {@link Llhttp.free}. */
export type ParserPointer = number;

/** One read takes what the kernel has, up to this. */
const INPUT_BYTES = 65_536;
const RESPONSES = 2;
const OK = 0;

interface LlhttpExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  malloc(bytes: number): number;
  llhttp_alloc(type: number): ParserPointer;
  llhttp_free(parser: ParserPointer): void;
  llhttp_reset(parser: ParserPointer): void;
  llhttp_execute(parser: ParserPointer, data: number, length: number): number;
  llhttp_finish(parser: ParserPointer): number;
  llhttp_get_error_reason(parser: ParserPointer): number;
}

/** One instance a thread. Not re-entrant: a sink must not feed a parser. */
export class Llhttp {
  /** Sockets read into this; what it holds is good until the next read of any of them. */
  readonly input: Buffer = Buffer.allocUnsafeSlow(INPUT_BYTES);
  private readonly wasm: LlhttpExports;
  /** Where the instance's memory has its copy of `input`. */
  private readonly copyAt: number;
  private memory: Uint8Array;
  private sink: MessageSink | undefined = undefined;

  constructor() {
    const module = new WebAssembly.Module(wasmBytes);
    const instance = new WebAssembly.Instance(module, { env: this.callbacks() });
    this.wasm = instance.exports as LlhttpExports;
    this.copyAt = this.wasm.malloc(INPUT_BYTES);
    this.memory = new Uint8Array(this.wasm.memory.buffer);
  }

  /** Size of the instance's memory. */
  get memoryBytes(): number {
    return this.wasm.memory.buffer.byteLength;
  }

  /** A new parser of responses. */
  allocate(): ParserPointer {
    return this.wasm.llhttp_alloc(RESPONSES);
  }

  /** Makes a parser as good as new. */
  reset(parser: ParserPointer): void {
    this.wasm.llhttp_reset(parser);
  }

  free(parser: ParserPointer): void {
    this.wasm.llhttp_free(parser);
  }

  /** Parses the first `length` bytes of `input`; `false`: they are not HTTP, or the sink stopped. */
  execute(parser: ParserPointer, sink: MessageSink, length: number): boolean {
    // Growing detaches the view on the instance's memory.
    if (this.memory.length === 0) this.memory = new Uint8Array(this.wasm.memory.buffer);
    this.input.copy(this.memory, this.copyAt, 0, length);
    this.sink = sink;
    const code = this.wasm.llhttp_execute(parser, this.copyAt, length);
    this.sink = undefined;
    return code === OK;
  }

  /** The connection has ended: where that ends a message, the sink is told. */
  finish(parser: ParserPointer, sink: MessageSink): void {
    this.sink = sink;
    this.wasm.llhttp_finish(parser);
    this.sink = undefined;
  }

  /** Why parsing failed, in llhttp's words. */
  reason(parser: ParserPointer): string {
    const memory = Buffer.from(this.wasm.memory.buffer);
    const at = this.wasm.llhttp_get_error_reason(parser);
    return at === 0 ? '' : memory.toString('latin1', at, memory.indexOf(0, at));
  }

  /** What the instance imports: each call goes to the sink of the parser that is being fed. */
  private callbacks(): Record<string, (...numbers: number[]) => number> {
    type Span = (parser: number, at: number, length: number) => Answer;
    const place =
      (tell: (sink: MessageSink, start: number, end: number) => Answer): Span =>
      (_parser, at, length) => {
        const start = at - this.copyAt;
        return this.sink === undefined ? STOP : tell(this.sink, start, start + length);
      };
    const headComplete = (_parser: number, status: number, upgrade: number, keepAlive: number): Answer =>
      this.sink?.onHead(status, upgrade === 1, keepAlive === 1) ?? STOP;
    return {
      wasm_on_url: () => GO_ON,
      wasm_on_status: () => GO_ON,
      wasm_on_message_begin: () => this.sink?.onBegin() ?? STOP,
      wasm_on_header_field: place((sink, start, end) => sink.onFieldName(start, end)),
      wasm_on_header_value: place((sink, start, end) => sink.onFieldValue(start, end)),
      wasm_on_headers_complete: headComplete,
      wasm_on_body: place((sink, start, end) => sink.onBody(start, end)),
      wasm_on_message_complete: () => this.sink?.onEnd() ?? STOP,
    };
  }
}
