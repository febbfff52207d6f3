import { Object, Promise } from "./globals.js";

/** The app's key-value store, with the operations and the errors of its REST API. */
export class Kv {
  #host;

  constructor(host) {
    this.#host = host;
  }

  async get(key, { touch } = {}) {
    return (await this.#ask("get", { key, touch })).value;
  }

  async set(key, value, { ttl } = {}) {
    await this.#ask("set", { key, value, ttl });
  }

  async del(key) {
    return (await this.#ask("del", { key })).deleted;
  }

  async incr(key, by = 1) {
    return (await this.#ask("incr", { key, by })).value;
  }

  async decr(key, by = 1) {
    return (await this.#ask("incr", { key, by: -by })).value;
  }

  async setnx(key, value, { ttl } = {}) {
    return (await this.#ask("setnx", { key, value, ttl })).wrote;
  }

  setex(key, value, ttl) {
    return this.set(key, value, { ttl });
  }

  async cas(key, expected, next) {
    return (await this.#ask("cas", { key, expected, next })).swapped;
  }

  async exists(key) {
    return (await this.#ask("exists", { key })).exists;
  }

  async ttl(key) {
    return (await this.#ask("ttl", { key })).ttl;
  }

  async expire(key, ttl) {
    return (await this.#ask("expire", { key, ttl })).applied;
  }

  async mget(keys) {
    return (await this.#ask("mget", { keys })).values;
  }

  async mset(entries, options) {
    await Promise.all(Object.entries(entries).map(([key, value]) => this.set(key, value, options)));
  }

  #ask(operation, message) {
    return this.#host.ask("/kv/" + operation, message);
  }
}
