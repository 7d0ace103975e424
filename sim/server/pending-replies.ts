/** Questions to another process that are not answered yet; none of them waits for ever. */
import { type GroupReply } from './group-message.ts';

interface Pending {
  readonly settle: (reply: GroupReply) => void;
  readonly timeout: NodeJS.Timeout;
}

export class PendingReplies {
  private readonly pending = new Map<number, Pending>();
  private readonly boundMs: number;
  private lastId = 0;

  /** @param boundMs a question that is not answered after this time has failed */
  constructor(boundMs: number) {
    this.boundMs = boundMs;
  }

  /** @param send told the id that the reply has to carry */
  ask(send: (id: number) => void): Promise<GroupReply> {
    const id = ++this.lastId;
    return new Promise((resolve) => {
      const timeout = setTimeout(
        () => this.settle(id, { kind: 'failed', reason: `no answer in ${this.boundMs / 1_000} s` }),
        this.boundMs,
      );
      this.pending.set(id, { settle: resolve, timeout });
      send(id);
    });
  }

  /** An answer that comes too late is nobody's any more. */
  settle(id: number, reply: GroupReply): void {
    const pending = this.pending.get(id);
    if (pending === undefined) return;
    this.pending.delete(id);
    clearTimeout(pending.timeout);
    pending.settle(reply);
  }

  /** The other side is gone. */
  fail(reason: string): void {
    for (const id of [...this.pending.keys()]) this.settle(id, { kind: 'failed', reason });
  }
}
