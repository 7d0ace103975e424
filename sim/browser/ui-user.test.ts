import { describe, expect, it } from 'vitest';
import { redirect, run, site } from './testing/scripted-web.ts';

const DONE = { opened: true, outcome: 'done' };
const ABANDONED = { opened: true, outcome: 'abandoned' };
const CONSENT =
  '<title>Consent</title><form method=post action=/answer><input type=hidden name=t value=7>' +
  '<button name=answer value=no>No</button><button name=answer value=yes>Yes</button></form>';
const consentSite = site({ '/start': CONSENT, '/answer': '<h1>Thank you</h1>' });

describe('the user', () => {
  it('who declines takes the negative way', () => {
    const session = run(consentSite, { decision: 'decline' });
    expect(session.end).toEqual(DONE);
    expect(session.fetches[1]?.body).toBe('t=7&answer=no');
  });

  it('who declines goes on where that agrees to nothing, and leaves a page that only takes consent', () => {
    const session = run(
      site({
        '/start': '<form action=/terms><input name=mail required><button>Next</button></form>',
        '/terms?mail=text': '<form><button>Accept</button></form>',
      }),
      { decision: 'decline' },
    );
    expect(session.end).toEqual(ABANDONED);
    expect(session.fetches).toHaveLength(2);
  });

  it('who declines fills nothing in', () => {
    const session = run(
      site({
        '/start':
          '<form action=/a><input type=checkbox name=terms required><button name=b value=cancel>Cancel',
      }),
      { decision: 'decline' },
    );
    expect(session.fetches[1]?.uri).toBe('http://ui.example/a?b=cancel');
  });

  it('who accepts ticks what is required', () => {
    const session = run(
      site({
        '/start':
          '<form action=/a><input type=checkbox name=terms required><button>Cancel</button><button>Accept',
      }),
    );
    expect(session.fetches[1]?.uri).toBe('http://ui.example/a?terms=on');
  });

  it('who accepts never presses a page’s only way back', () => {
    expect(run(site({ '/start': '<form><button>Close</button></form><a href=/x>Back</a>' })).end).toEqual(
      DONE,
    );
  });

  it('who accepts presses the first button when no word is known, but none that is disabled or hidden', () => {
    const session = run(
      site({
        '/start':
          '<form action=/a><button disabled name=b value=1>Los</button><button hidden name=b value=2>Los</button>' +
          '<button type=button>Los</button><button name=b value=3>Los</button><button name=b value=4>Los</button>',
      }),
    );
    expect(session.fetches[1]?.uri).toBe('http://ui.example/a?b=3');
  });

  it('who ignores the page sits there until the bound', () => {
    const session = run(consentSite, { decision: 'ignore', boundMs: 5_000 });
    expect(session.end).toBe('timedOut');
    expect(session.effects).toEqual(['fetch', 'opened', 'idle']);
    expect(session.virtualMs).toBe(5_000);
  });

  it('who leaves closes the browser after the first submission', () => {
    const session = run(site({ '/start': CONSENT, '/answer': redirect(302, '/next') }), {
      decision: 'leave',
    });
    expect(session.end).toEqual(ABANDONED);
    expect(session.effects).toEqual(['fetch', 'opened', 'think', 'fetch']);
    expect(session.fetches[1]?.body).toBe('t=7&answer=yes');
  });

  it('who leaves closes the browser after thinking where nothing can be submitted', () => {
    const session = run(site({ '/start': '<a rel=next href=/x>Next</a>' }), { decision: 'leave' });
    expect(session.end).toEqual(ABANDONED);
    expect(session.effects).toEqual(['fetch', 'opened', 'think']);
  });

  it('who thinks longer than the bound is cut', () => {
    expect(run(consentSite, { thinkMs: 6_000, boundMs: 5_000 }).end).toBe('timedOut');
  });
});
