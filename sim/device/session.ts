/** The DM Session, step by step as CR 6.2 tells it; a driver performs what it yields. */
import { ALERT, type Alert } from '../protocol/alert.ts';
import { encodePackage1, type ManagementObject, type Package1 } from '../protocol/package1.ts';
import { type Package2 } from '../protocol/package2.ts';
import { encodePackage3 } from '../protocol/package3.ts';
import { type Status } from '../protocol/status.ts';
import { tellSubscribers } from './commands/subscription.ts';
import { type Device } from './device.ts';
import { type Effect, type EffectResult, type SessionEnd } from './effect.ts';
import { execute } from './execute.ts';
import { ExecutionContext } from './execution-context.ts';
import { ended, exchange, violation } from './package-exchange.ts';
import { type SessionListener } from './session-listener.ts';
import { type Trigger } from './trigger.ts';

export type Session = Generator<Effect, SessionEnd, EffectResult>;

/** A server that never answers must not make its devices remember ever more. */
const MOST_PENDING_ALERTS = 16;

const COMPLETED: SessionEnd = { outcome: 'completed', reason: 'completed' };

/**
 * One DM Session of a device. The driver performs each effect and resumes with its result; to cut the session it calls
 * `return()`, and every delivered command that was not finished is reported as cut.
 */
export function* session(device: Device, trigger: Trigger, listener: SessionListener): Session {
  device.sessions++;
  const context = new ExecutionContext(
    device,
    listener,
    trigger.kind === 'report' ? trigger.serverUri : device.serverUri,
  );
  context.alerts = [...device.pendingAlerts, ...(trigger.kind === 'report' ? trigger.alerts : [])];
  try {
    let answer = yield* exchange(context, 1, encodePackage1(package1(device, trigger, context.alerts))); // steps 1, 2
    for (let iteration = 1; ; iteration++) {
      if ('outcome' in answer) return answer;
      context.alerts = []; // told
      const { commands, ends } = answer;
      const statuses = yield* executeAll(context, answer); // step 3
      if (ends) return COMPLETED;
      if (iteration >= device.limits.maxIterations) return endless(context, iteration);
      listener.reporting(commands, statuses);
      answer = yield* exchange(context, 3, encodePackage3({ statuses, alerts: context.alerts })); // step 4, and again from step 2
    }
  } finally {
    // What was not told, or not heard, is for the next session's Package#1.
    device.pendingAlerts = context.alerts.slice(-MOST_PENDING_ALERTS);
  }
}

/** Step 1: who starts the session, what the server asked to know, and what there is to tell. */
function package1(device: Device, trigger: Trigger, toTell: readonly Alert[]): Package1 {
  const alerts = [startAlert(trigger), ...toTell];
  const tellsObjects = trigger.kind === 'server' ? trigger.reqMos : device.profile.mosOnOwnSessions;
  return tellsObjects ? { managementObjects: managementObjects(device), alerts } : { alerts };
}

function startAlert(trigger: Trigger): Alert {
  switch (trigger.kind) {
    case 'client':
    case 'report':
      return { alertType: ALERT.clientInitiated };
    case 'bootstrap':
      return { alertType: ALERT.bootstrapComplete };
    case 'server':
      if (trigger.notificationId === undefined) return { alertType: ALERT.serverInitiated };
      return { alertType: ALERT.serverInitiated, data: { 'NOTIFICATION-ID': trigger.notificationId } };
    default:
      return trigger satisfies never;
  }
}

/** The device profile: the MOs supported, each with the names of its instances. */
function managementObjects({ tree }: Device): ManagementObject[] {
  const byMoid = new Map<string, { ddf?: string; moid: string; miids: string[] }>();
  for (const { moid, miid, ddf } of tree.objects()) {
    const known = byMoid.get(moid);
    if (known === undefined) byMoid.set(moid, { ...(ddf === undefined ? {} : { ddf }), moid, miids: [miid] });
    else known.miids.push(miid);
  }
  return [...byMoid.values()];
}

/** Step 3: the commands one after the other, in the order delivered, those behind END too. */
function* executeAll(
  context: ExecutionContext,
  package2: Package2,
): Generator<Effect, readonly Status[], EffectResult> {
  const { device, listener } = context;
  const { commands } = package2;
  listener.delivered(package2);
  for (const fault of package2.violations) listener.violation(fault);
  const statuses: Status[] = [];
  try {
    for (const command of commands) {
      listener.commandStarted(command);
      const status = yield* execute(context, command);
      device.fingerprint.addCommand(command, status);
      statuses.push(status);
      listener.commandEnded(command, status);
      yield* tellSubscribers(context);
    }
  } finally {
    for (let i = statuses.length; i < commands.length; i++) {
      const command = commands[i];
      if (command !== undefined) listener.commandCut(command);
    }
  }
  listener.iterationEnded();
  return statuses;
}

function endless({ listener }: ExecutionContext, iterations: number): SessionEnd {
  const detail = `no END in ${iterations} Package#2s`;
  listener.violation(violation('package2.endless', detail));
  return ended('iterations_exceeded', detail);
}
