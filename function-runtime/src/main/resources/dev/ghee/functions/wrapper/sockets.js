// What a socket's listeners do belongs to the call that added them: it is told by their call, not by the frame's.
import { bound, Map, WeakMap, WebSocket } from "./globals.js";

const { addEventListener, removeEventListener } = WebSocket.prototype;

/** By socket, then by listener: what was added in its place. */
const added = new WeakMap();

WebSocket.prototype.addEventListener = function (type, listener, options) {
  if (typeof listener !== "function") {
    return addEventListener.call(this, type, listener, options);
  }
  const own = added.get(this) ?? new Map();
  added.set(this, own);
  if (!own.has(listener)) {
    own.set(listener, bound(listener));
  }
  return addEventListener.call(this, type, own.get(listener), options);
};

WebSocket.prototype.removeEventListener = function (type, listener, options) {
  return removeEventListener.call(this, type, added.get(this)?.get(listener) ?? listener, options);
};
