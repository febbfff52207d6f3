// What the wrapper uses of the platform, taken before the function's own code runs: whatever that code puts in its
// place, calls are served as before.
import { AsyncLocalStorage } from "node:async_hooks";

export const { Array, ArrayBuffer, Date, encodeURIComponent, Error, Headers, JSON, Number, Object, Promise } = globalThis;
export const { Map, ReadableStream, Request, Response, String, TypeError, Uint8Array, WeakMap, WebSocket } = globalThis;
export const { addEventListener, clearTimeout, console, process, setTimeout } = globalThis;

/** The function, to run in the call in which it was made, whoever calls it. */
export const bound = AsyncLocalStorage.bind;

/** The call that the code running right now belongs to. */
export const currentCall = new AsyncLocalStorage();
