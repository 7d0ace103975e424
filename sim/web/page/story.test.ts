import { describe, expect, it } from 'vitest';
import { type TraceEvent } from '../../transport/trace.ts';
import { madeUpSession } from '../testing/made-up-feed.ts';
import { ROWS_KEPT, SESSIONS_KEPT, Story } from './story.ts';

const END = { name: 'END' } as const;
const HGET = { name: 'HGET', serverUri: 'http://127.0.0.1/x' } as const;

describe('the story of a followed device', () => {
  it('tells a session as the steps 0 to 4 of the basic flow, in order', () => {
    const story = new Story(3);
    story.add(madeUpSession(3, 1), 0, undefined, 0);
    const [session] = story.sessions;
    expect(
      session?.rows.map((row) => (row.kind === 'command' ? `${row.step} ${row.name} ${row.sc}` : row.kind)),
    ).toEqual([
      'notification',
      'sent',
      'answered',
      '3c HGET 200',
      'waited',
      'transfer',
      '3a SHOW 200',
      'page',
      'ui_ended',
      'sent',
      'answered',
      '3 END 200',
    ]);
    expect(session?.end).toEqual({ outcome: 'completed', reason: 'completed' });
    expect(session?.joinedLate).toBe(false);
  });

  it('replaces the row of a command when it ends, so that views see the change', () => {
    const story = new Story(3);
    story.add([{ atMs: 1, kind: 'command_started', command: HGET }], 0, 'client', 0);
    const running = story.sessions[0]?.rows[0];
    story.add([{ atMs: 9, kind: 'command_cut', command: HGET }], 0, undefined, 0);
    expect(running).toMatchObject({ state: 'running', text: 'http://127.0.0.1/x' });
    expect(story.sessions[0]?.rows).toMatchObject([{ state: 'cut', atMs: 1 }]);
  });

  it('says when following began in the middle of a session', () => {
    const story = new Story(3);
    story.add(madeUpSession(3, 1).slice(4), 0, undefined, 0);
    expect(story.sessions).toMatchObject([{ joinedLate: true, kind: 'session' }]);
    const other = new Story(3);
    other.add(madeUpSession(3, 1).slice(5), 0, undefined, 0);
    expect(other.sessions).toMatchObject([
      { joinedLate: true, kind: 'session', end: { reason: 'completed' } },
    ]);
  });

  it('says it also when the swarm tells where it was joined', () => {
    const story = new Story(3);
    const joined = {
      atMs: 700,
      kind: 'session_started',
      device: 3,
      trigger: 'client',
      joined: true,
    } as const;
    story.add([joined, ...madeUpSession(3, 1).slice(4)], 0, undefined, 0);
    expect(story.sessions).toMatchObject([{ joinedLate: true, trigger: 'client' }]);
  });

  it('shows steps that were lost also when nothing has come behind them yet', () => {
    const story = new Story(3);
    story.add(madeUpSession(3, 1).slice(0, 3), 0, undefined, 0);
    story.add([], 7, undefined, 0);
    expect(story.sessions[0]?.rows.at(-1)).toMatchObject({ kind: 'lost', steps: 7 });
    expect(story.sessions[0]?.end).toBeUndefined();
    const quiet = new Story(3);
    quiet.add([], 7, undefined, 0);
    expect(quiet.sessions).toEqual([]);
  });

  it('keeps the last sessions only', () => {
    const story = new Story(3);
    for (let i = 0; i < SESSIONS_KEPT + 3; i++) story.add(madeUpSession(3, i), 0, undefined, i);
    expect(story.sessions.map(({ seenAtMs }) => seenAtMs)).toEqual([3, 4, 5, 6, 7]);
  });

  it('keeps a bounded number of rows of a session without end, and says how many are gone', () => {
    const story = new Story(3);
    const loop: TraceEvent[] = Array.from({ length: ROWS_KEPT + 10 }, (_, i) => ({
      atMs: i,
      kind: 'command_started',
      command: END,
    }));
    story.add(loop, 0, 'client', 0);
    expect(story.sessions[0]?.rows).toHaveLength(ROWS_KEPT);
    expect(story.sessions[0]?.rows[0]?.atMs).toBe(10);
    expect(story.sessions[0]?.forgotten).toBe(10);
  });

  it('says how many steps were lost in the middle of a session', () => {
    const story = new Story(3);
    const steps = madeUpSession(3, 1);
    story.add(steps.slice(0, 4), 0, undefined, 0);
    story.add(steps.slice(9), 5, undefined, 0);
    expect(story.sessions).toHaveLength(1);
    expect(story.sessions[0]?.rows).toContainEqual({ kind: 'lost', atMs: steps[9]?.atMs, steps: 5 });
  });

  it('leaves the end of a session open when it was among the lost steps', () => {
    const story = new Story(3);
    story.add(madeUpSession(3, 1).slice(0, 4), 0, undefined, 0);
    story.add(madeUpSession(3, 2), 7, undefined, 0);
    expect(story.sessions.map(({ end }) => end)).toEqual([
      { outcome: 'unseen', reason: '7 steps were lost' },
      { outcome: 'completed', reason: 'completed' },
    ]);
  });

  it('tells the work of an EXEC between two sessions as work', () => {
    const story = new Story(3);
    story.add(madeUpSession(3, 1), 0, undefined, 0);
    story.add([{ atMs: 4, kind: 'waited', reason: 'exec', ms: 4 }], 0, undefined, 0);
    story.add(madeUpSession(3, 2), 0, undefined, 0);
    expect(story.sessions.map(({ kind, end }) => [kind, end?.outcome])).toEqual([
      ['session', 'completed'],
      ['work', 'over'],
      ['session', 'completed'],
    ]);
  });

  it('keeps what goes on when it is cleared', () => {
    const story = new Story(3);
    story.add(madeUpSession(3, 1), 0, undefined, 0);
    story.add(madeUpSession(3, 2).slice(0, 3), 0, undefined, 0);
    story.clear();
    expect(story.sessions).toHaveLength(1);
    story.add(madeUpSession(3, 2).slice(3), 0, undefined, 0);
    expect(story.sessions[0]?.end?.reason).toBe('completed');
    story.clear();
    expect(story.sessions).toHaveLength(0);
  });

  it('shows violations, answers that are no Package#2, and commands that are none', () => {
    const story = new Story(3);
    story.add(
      [
        { atMs: 1, kind: 'package_answered', status: 503, headers: [], body: '', turnaroundMs: 2 },
        { atMs: 2, kind: 'violation', violation: { rule: 'package2.empty', example: '$.CMD' } },
        { atMs: 3, kind: 'command_started', command: { name: 'unknown', word: 'JUMP' } },
        { atMs: 4, kind: 'package_unanswered', failure: 'connect_refused', detail: 'no one there' },
        {
          atMs: 5,
          kind: 'session_ended',
          outcome: 'aborted',
          reason: 'connect_refused',
          detail: 'no one there',
        },
      ],
      0,
      'client',
      0,
    );
    expect(story.sessions[0]?.rows).toMatchObject([
      { kind: 'answered', status: 503 },
      { kind: 'violation', rule: 'package2.empty' },
      { kind: 'command', name: 'JUMP', text: 'no DM Command' },
      { kind: 'unanswered', failure: 'connect_refused' },
    ]);
    expect(story.sessions[0]?.end).toMatchObject({ outcome: 'aborted', detail: 'no one there' });
  });
});
