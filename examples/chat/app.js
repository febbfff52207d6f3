import { ApiError, Realtime, Session } from './client.js';

const $ = (id) => document.getElementById(id);
const APP_KEY = 'ghee.chat.app';
const PAGE = 50;

const asked = new URLSearchParams(location.search).get('app');
if (asked) localStorage.setItem(APP_KEY, asked);
const app = asked ?? localStorage.getItem(APP_KEY);
const session = app ? new Session(app) : null;

let realtime = null;
let rooms = [];
let current = null;
let currentMark = null;
const unread = new Map();
const others = new Map();

// --- small things ---

function show(element, visible) {
  element.hidden = !visible;
}

function notify(text) {
  $('notice').textContent = text;
  show($('notice'), true);
  clearTimeout(notify.timer);
  notify.timer = setTimeout(() => show($('notice'), false), 6000);
}

/** Runs what a form does; says what went wrong; blocks a second click meanwhile. */
function onSubmit(form, action) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('[type=submit]');
    button.disabled = true;
    try {
      await action(form);
    } catch (e) {
      const details = e instanceof ApiError && Array.isArray(e.details) ? `: ${e.details.join(', ')}` : '';
      notify(e.message + details);
    } finally {
      button.disabled = false;
    }
  });
}

function avatar(name, element = document.createElement('span')) {
  element.className = 'avatar';
  element.textContent = name.trim().slice(0, 2).toUpperCase();
  let hue = 0;
  for (const c of name) hue = (hue * 31 + c.codePointAt(0)) % 360;
  element.style.setProperty('--hue', hue);
  element.title = name;
  return element;
}

function nameOf(user) {
  return user.display_name || user.email.split('@')[0];
}

/**
 * Everybody signed in to the app hears presence, so it must not carry the room's id, which is its invitation: members
 * recognise their room by a digest of it.
 */
async function mark(room) {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`presence:${room}`));
  return [...new Uint8Array(digest).slice(0, 12)].map((b) => b.toString(16).padStart(2, '0')).join('');
}

// --- signing in ---

function mode() {
  return new FormData($('sign')).get('mode');
}

$('sign').addEventListener('change', () => {
  const fresh = mode() === 'signup';
  show($('name-field'), fresh);
  show($('password-hint'), fresh);
  $('name').required = fresh;
  $('password').autocomplete = fresh ? 'new-password' : 'current-password';
  $('enter').textContent = fresh ? 'Create account' : 'Sign in';
});

onSubmit($('sign'), async () => {
  const email = $('email').value.trim();
  const password = $('password').value;
  if (mode() === 'signup') await session.signUp(email, password, $('name').value.trim());
  else await session.signIn(email, password);
  $('password').value = '';
  await enter();
});

$('leave').addEventListener('click', async () => {
  realtime?.close();
  try {
    await session.signOut();
  } finally {
    location.reload();
  }
});

async function enter() {
  show($('welcome'), false);
  show($('chat'), true);
  const name = nameOf(session.user);
  $('my-name').textContent = name;
  avatar(name, $('me'));
  realtime = new Realtime(session, ['messages']);
  realtime.addEventListener('state', ({ detail }) => {
    $('connection').textContent = detail;
    $('connection').dataset.state = detail;
    if (detail !== 'connected') {
      others.clear();
      renderPresent();
    }
  });
  realtime.addEventListener('ready', () => reload().catch((e) => notify(e.message)));
  realtime.addEventListener('change', ({ detail }) => changed(detail));
  realtime.addEventListener('warning', ({ detail }) => notify(detail.message));
  realtime.addEventListener('signed-out', () => location.reload());
  realtime.addEventListener('presence_state', ({ detail }) => {
    others.clear();
    for (const client of detail.clients) others.set(client.client_id, client);
    renderPresent();
  });
  for (const type of ['presence_join', 'presence_update']) {
    realtime.addEventListener(type, ({ detail }) => {
      others.set(detail.client_id, { ...others.get(detail.client_id), ...detail });
      renderPresent();
    });
  }
  realtime.addEventListener('presence_leave', ({ detail }) => {
    others.delete(detail.client_id);
    renderPresent();
  });
  await loadRooms();
  await followInvitation();
  if (!current && rooms.length) await open(rooms[0].id);
}

// --- rooms ---

async function loadRooms() {
  rooms = await session.select('rooms', { order: 'name.asc', limit: 200 });
  renderRooms();
}

onSubmit($('new-room'), async (form) => {
  const text = $('room-name').value.trim();
  const invitation = roomOf(text);
  if (invitation) {
    await join(invitation);
  } else {
    const room = await session.insert('rooms', { name: text.slice(0, 60), created_by: session.user.id });
    await join(room.id);
  }
  form.reset();
});

function roomOf(text) {
  return /(?:^|#room=)([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.exec(text)?.[1] ?? null;
}

async function followInvitation() {
  const room = roomOf(location.hash);
  if (!room) return;
  history.replaceState(null, '', location.pathname + location.search);
  await join(room);
}

async function join(room) {
  try {
    await session.insert('room_members', { room_id: room, user_id: session.user.id });
  } catch (e) {
    const already = e instanceof ApiError && /unique|exists|duplicate/i.test(e.message);
    if (!already && !rooms.some((r) => r.id === room)) throw e;
  }
  await loadRooms();
  await open(room);
}

async function open(room) {
  current = room;
  currentMark = await mark(room);
  unread.delete(room);
  realtime.track({ room: currentMark, name: nameOf(session.user) });
  renderRooms();
  renderPresent();
  await reload();
  $('text').focus();
}

$('invite').addEventListener('click', async () => {
  const link = `${location.origin}${location.pathname}?app=${app}#room=${current}`;
  try {
    await navigator.clipboard.writeText(link);
    $('invite').textContent = 'Copied';
    setTimeout(() => { $('invite').textContent = 'Copy invitation'; }, 2000);
  } catch {
    prompt('Invitation', link);
  }
});

function renderRooms() {
  $('rooms').replaceChildren(...rooms.map((room) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = `# ${room.name}`;
    button.setAttribute('aria-current', String(room.id === current));
    button.dataset.room = room.id;
    if (unread.get(room.id)) {
      const badge = document.createElement('span');
      badge.className = 'badge';
      badge.textContent = unread.get(room.id);
      badge.setAttribute('aria-label', `${unread.get(room.id)} unread`);
      button.append(badge);
    }
    button.addEventListener('click', () => open(room.id).catch((e) => notify(e.message)));
    const item = document.createElement('li');
    item.append(button);
    return item;
  }));
  const room = rooms.find((r) => r.id === current);
  $('room-title').textContent = room ? `# ${room.name}` : 'No room yet';
  $('invite').dataset.room = current ?? '';
  show($('invite'), Boolean(room));
  show($('compose'), Boolean(room));
  show($('empty'), !room);
}

function renderPresent() {
  const names = new Map([[session.user.id, nameOf(session.user)]]);
  for (const { user_id: id, metadata } of others.values()) {
    if (metadata?.room === currentMark && typeof metadata.name === 'string') names.set(id, metadata.name);
  }
  $('present').replaceChildren(...[...names.values()].map((name) => {
    const item = document.createElement('li');
    item.append(avatar(name));
    item.setAttribute('aria-label', name);
    return item;
  }));
}

// --- messages ---

onSubmit($('compose'), async (form) => {
  const body = $('text').value.trim();
  if (!body) return;
  await session.insert('messages', {
    room_id: current, user_id: session.user.id, author: nameOf(session.user), body,
  });
  form.reset();
});

async function reload() {
  if (!current) return;
  const room = current;
  const newest = await session.select('messages', {
    room_id: `eq.${room}`, order: 'created_at.desc', limit: PAGE,
  });
  if (room !== current) return;
  $('messages').replaceChildren();
  for (const message of newest.reverse()) add(message);
}

function changed({ table, op, record, old_record: old }) {
  if (table !== 'messages') return;
  if (op === 'DELETE') {
    document.querySelector(`[data-message="${CSS.escape(old?.id ?? '')}"]`)?.remove();
  } else if (record.room_id === current) {
    add(record);
  } else if (op === 'INSERT') {
    unread.set(record.room_id, (unread.get(record.room_id) ?? 0) + 1);
    renderRooms();
  }
}

function add(message) {
  const list = $('messages');
  const item = document.createElement('li');
  item.dataset.message = message.id;
  item.className = message.user_id === session.user.id ? 'message mine' : 'message';
  const who = document.createElement('div');
  who.className = 'who';
  const author = document.createElement('span');
  author.textContent = message.author;
  const time = document.createElement('time');
  time.dateTime = message.created_at;
  time.textContent = new Date(message.created_at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  who.append(author, time);
  const bubble = document.createElement('div');
  bubble.className = 'bubble';
  bubble.textContent = message.body;
  const text = document.createElement('div');
  text.append(who, bubble);
  item.append(avatar(message.author), text);
  const before = list.querySelector(`[data-message="${CSS.escape(message.id)}"]`);
  if (before) before.replaceWith(item);
  else list.append(item);
  list.scrollTop = list.scrollHeight;
}

// --- start ---

if (!session) {
  show($('welcome'), true);
  $('sign').querySelectorAll('input, button').forEach((input) => { input.disabled = true; });
  notify('No app chosen: run examples/chat/setup.sh and open the address it prints.');
} else if (session.user) {
  enter().catch((e) => notify(e.message));
} else {
  show($('welcome'), true);
}
