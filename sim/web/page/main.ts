/** The page's entry: shows the run embedded in it, or the live one behind `/feed`. */
import { type FinishedRun } from '../feed-message.ts';
import { Announcer } from './announcer.ts';
import { ChartSet } from './chart-set.ts';
import { FeedConnection, type FeedSocket, type FeedSocketEvents } from './feed-connection.ts';
import { FleetMap } from './fleet-map.ts';
import { FrameLoop } from './frame-loop.ts';
import { KeyFigures } from './key-figures.ts';
import { Legend } from './legend.ts';
import { MapControl } from './map-control.ts';
import { MapTip } from './map-tip.ts';
import { Masthead } from './masthead.ts';
import { ResultView } from './result-view.ts';
import { RunStore } from './run-store.ts';
import { StoryView } from './story-view.ts';
import { Throttle } from './throttle.ts';
import { TotalsTables } from './totals-tables.ts';
import { onThemeChange } from './theme.ts';
import { Verdict } from './verdict.ts';

/** Facts of a device are asked for at most so often while the pointer wanders. */
const INSPECT_EVERY_MS = 100;

const store = new RunStore(() => Date.now());
const loop = new FrameLoop(store, (draw) => requestAnimationFrame(draw));
const feed = new FeedConnection(store, {
  connect: connectFeed,
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  reload: reloadOnce,
});

const after = (ms: number, callback: () => void): void => void setTimeout(callback, ms);
const inspections = new Throttle<number | null>(INSPECT_EVERY_MS, after, (device) => feed.inspect(device));
const map = new FleetMap(store, () => loop.refresh(tip));
const tip = new MapTip(store, map);
const charts = new ChartSet(store);
const story = new StoryView(
  store,
  () => loop.refresh(story),
  () => follow(null),
);
loop.add(
  new Masthead(store),
  new ResultView(store),
  new Verdict(store),
  new KeyFigures(store),
  map,
  tip,
  new Legend(store),
  story,
  charts,
  new TotalsTables(store),
  new Announcer(store),
);
const control = new MapControl(store, map, {
  look: (focus) => {
    tip.focus = focus;
    // The device that is followed stays in sight when no other is looked at.
    inspections.call(focus?.device ?? store.story?.device ?? null);
    loop.refresh(tip);
  },
  follow,
});
loop.add(control);

/** The feed is on the page's own origin. */
function connectFeed(events: FeedSocketEvents): FeedSocket {
  const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/feed`);
  socket.binaryType = 'arraybuffer';
  socket.onmessage = ({ data }) => events.message(data);
  socket.onclose = ({ code }) => events.closed(code);
  return socket;
}

function follow(device: number | null): void {
  feed.follow(device);
  inspections.call(device);
  if (device !== null) showPanel();
}

/** Brings the panel into view once it is laid out, unless a good part of it is there already. */
function showPanel(): void {
  requestAnimationFrame(() => {
    const panel = document.getElementById('followed');
    if (panel === null || panel.getBoundingClientRect().top < innerHeight * 0.6) return;
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    panel.scrollIntoView({ behavior: isCalm ? 'auto' : 'smooth', block: 'nearest' });
  });
}

/** Gets the page of the swarm that answers now; not again and again should that one be no better. */
function reloadOnce(): void {
  const key = 'dm-swarm-reloaded';
  const last = Number(sessionStorage.getItem(key) ?? 0);
  if (Date.now() - last < 60_000) return;
  sessionStorage.setItem(key, String(Date.now()));
  location.reload();
}

function redraw(): void {
  map.reset();
  charts.reset();
  loop.refresh(map, charts);
}

onThemeChange(redraw);
let width = 0;
new ResizeObserver(() => {
  // The page also grows downwards, with every step of a session: nothing to draw anew for.
  if (document.body.clientWidth === width) return;
  width = document.body.clientWidth;
  map.resized();
  loop.refresh(map, tip, charts);
}).observe(document.body);
addEventListener('online', () => feed.open());
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) feed.open();
});

const data = document.getElementById('run-data')?.textContent;
if (data === undefined) feed.open();
else store.embed(JSON.parse(data) as FinishedRun);
