/** A recorder that keeps every call, for tests to look at. */
import { type Recorder } from '../../metrics/recorder.ts';

export type RecorderEvent = {
  [K in keyof Recorder]: [name: K, ...args: Parameters<Recorder[K]>];
}[keyof Recorder];

export class EventLog implements Recorder {
  readonly events: RecorderEvent[] = [];

  sessionStarted = this.keep('sessionStarted');
  sessionEnded = this.keep('sessionEnded');
  packagePassed = this.keep('packagePassed');
  notification = this.keep('notification');
  serverTurnaround = this.keep('serverTurnaround');
  iterationEnded = this.keep('iterationEnded');
  connected = this.keep('connected');
  simulatedDelay = this.keep('simulatedDelay');
  commandDelivered = this.keep('commandDelivered');
  commandEnded = this.keep('commandEnded');
  commandCut = this.keep('commandCut');
  statusReported = this.keep('statusReported');
  uiSessionEnded = this.keep('uiSessionEnded');
  repositoryTransfer = this.keep('repositoryTransfer');
  violation = this.keep('violation');
  deviceState = this.keep('deviceState');
  deviceCommand = this.keep('deviceCommand');
  deviceSession = this.keep('deviceSession');

  /** The arguments of all calls of one kind, in order. */
  of<K extends keyof Recorder>(name: K): Parameters<Recorder[K]>[] {
    return this.events
      .filter((event) => event[0] === name)
      .map(([, ...args]) => args as Parameters<Recorder[K]>);
  }

  /** Sum of the simulated delays of one kind, in ms. */
  delayed(kind: string): number {
    return this.of('simulatedDelay').reduce((sum, [of, ms]) => sum + (of === kind ? ms : 0), 0);
  }

  private keep<K extends keyof Recorder>(name: K): Recorder[K] {
    const keep = (...args: unknown[]): void => void this.events.push([name, ...args] as RecorderEvent);
    return keep;
  }
}
