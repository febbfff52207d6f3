// What a browser needs of Ghee: a session that renews itself, REST, and a socket that comes back.

export class ApiError extends Error {
  constructor(status, body) {
    const error = body?.error;
    super(typeof error === 'object' ? error.message : error ?? body?.message ?? `HTTP ${status}`);
    this.status = status;
    this.details = typeof error === 'object' ? error.details : body?.details;
  }
}

const RENEW_SECONDS_BEFORE_EXPIRY = 60;

export class Session {
  #renewal = null;

  constructor(app, base = location.origin) {
    this.app = app;
    this.base = base;
    this.key = `butterbase.auth.${app}`;
    this.state = JSON.parse(localStorage.getItem(this.key) ?? 'null');
  }

  get user() {
    return this.state?.user ?? null;
  }

  async signUp(email, password, name) {
    await this.#auth('signup', { email, password, display_name: name });
    await this.signIn(email, password);
  }

  async signIn(email, password) {
    this.#keep(await this.#auth('login', { email, password }));
  }

  async signOut() {
    try {
      await this.#send(`/auth/${this.app}/logout`, { method: 'POST', body: {} });
    } finally {
      this.#forget();
    }
  }

  /** An access token that is good for a while yet; null once the session has ended. */
  async token() {
    if (!this.state) return null;
    if (this.state.expiresAt - Date.now() / 1000 < RENEW_SECONDS_BEFORE_EXPIRY) {
      this.#renewal ??= this.#renew().finally(() => { this.#renewal = null; });
      await this.#renewal;
    }
    return this.state?.accessToken ?? null;
  }

  /** `select('rooms', { order: 'name.asc' })` */
  select(table, query = {}) {
    return this.#send(`/v1/${this.app}/${table}?${new URLSearchParams(query)}`, {});
  }

  insert(table, row) {
    return this.#send(`/v1/${this.app}/${table}`, { method: 'POST', body: row });
  }

  async #renew() {
    try {
      const user = this.state.user;
      this.#keep({ user, ...await this.#auth('refresh', { refresh_token: this.state.refreshToken }) });
    } catch (e) {
      if (e instanceof ApiError && e.status === 401) this.#forget();
      else throw e;
    }
  }

  #auth(what, body) {
    return this.#request(`/auth/${this.app}/${what}`, { method: 'POST', body });
  }

  async #send(path, options) {
    const token = await this.token();
    return this.#request(path, { ...options, token });
  }

  async #request(path, { method = 'GET', body, token }) {
    const headers = {};
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    const response = await fetch(this.base + path, {
      method, headers, body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    let answer;
    try {
      answer = text ? JSON.parse(text) : undefined;
    } catch {
      answer = { message: text };
    }
    if (!response.ok) throw new ApiError(response.status, answer);
    return answer;
  }

  #keep({ access_token, refresh_token, expires_in, user }) {
    this.state = {
      accessToken: access_token,
      refreshToken: refresh_token,
      expiresAt: Math.floor(Date.now() / 1000) + expires_in,
      user,
    };
    localStorage.setItem(this.key, JSON.stringify(this.state));
  }

  #forget() {
    this.state = null;
    localStorage.removeItem(this.key);
  }
}

const SILENCE_MILLIS = 45_000;

/**
 * Row changes and presence. Dispatches `state` (detail: connected | reconnecting), `ready` after every connection, and
 * each of the server's frames under its type.
 */
export class Realtime extends EventTarget {
  #session;
  #socket = null;
  #attempt = 0;
  #closed = false;
  #silence = 0;
  #tables;
  #presence = null;

  constructor(session, tables) {
    super();
    this.#session = session;
    this.#tables = tables;
    this.#connect();
  }

  /** Tells the others about us, now and after every reconnection. */
  track(metadata) {
    const type = this.#presence ? 'presence_update' : 'presence_track';
    this.#presence = metadata;
    this.#send({ type, metadata });
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#silence);
    this.#socket?.close(1000);
  }

  async #connect() {
    try {
      const token = await this.#session.token();
      if (!token) return this.dispatchEvent(new Event('signed-out'));
      if (this.#closed) return;
      const url = `${this.#session.base.replace(/^http/, 'ws')}/v1/${this.#session.app}/realtime`;
      this.#socket = new WebSocket(`${url}?token=${encodeURIComponent(token)}`);
    } catch {
      return this.#later();
    }
    this.#socket.onopen = () => this.#opened();
    this.#socket.onmessage = ({ data }) => this.#heard(JSON.parse(data));
    this.#socket.onclose = () => this.#later();
  }

  #opened() {
    this.#attempt = 0;
    this.#listen();
    for (const table of this.#tables) this.#send({ type: 'subscribe', table });
    if (this.#presence) this.#send({ type: 'presence_track', metadata: this.#presence });
  }

  #heard(frame) {
    this.#listen();
    if (frame.type === 'connected') {
      this.#tell('state', 'connected');
    }
    if (frame.type === 'subscribed') this.#tell('ready', frame.table);
    this.#tell(frame.type, frame);
  }

  /** The server says something at least every 30 s; after 45 s without a word the connection is dead. */
  #listen() {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#socket?.close(4000), SILENCE_MILLIS);
  }

  #later() {
    clearTimeout(this.#silence);
    if (this.#closed) return;
    this.#tell('state', 'reconnecting');
    const wait = Math.min(1000 * 2 ** this.#attempt++, 30_000);
    setTimeout(() => this.#connect(), wait * (0.75 + Math.random() / 2));
  }

  #send(frame) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
