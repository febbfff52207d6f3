import { Array, ArrayBuffer, Error, Number, Object, TypeError } from "./globals.js";
import { fromBase64, toBase64 } from "./host.js";

/** The app's database, under one role. */
export class Database {
  #host;
  #role;
  #mayActAsService;

  /** @param role undefined for the caller's own */
  constructor(host, mayActAsService, role) {
    this.#host = host;
    this.#mayActAsService = mayActAsService;
    this.#role = role;
  }

  /** One statement in a transaction of its own. */
  query(sql, params) {
    return ask(this.#host, "/db/query", sql, params, { as: this.#role });
  }

  /** Statements that hold together: committed when the callback's promise is kept, undone when it is not. */
  async transaction(callback) {
    const { transaction } = await this.#host.ask("/db/begin", { as: this.#role });
    let result;
    try {
      result = await callback(new Transaction(this.#host, transaction));
    } catch (error) {
      // Why the callback failed says more than a failure to undo; what is not undone now is when the call ends.
      await this.#host.ask("/db/rollback", { transaction }).catch(() => {});
      throw error;
    }
    await this.#host.ask("/db/commit", { transaction });
    return result;
  }

  asUser(id, callback) {
    return enter(this.#as({ role: "user", id }), callback);
  }

  asAnon(callback) {
    return enter(this.#as({ role: "anon" }), callback);
  }

  asService(callback) {
    if (!this.#mayActAsService) {
      const error = new Error("This function may not act as service: deploy it with allow_as_service");
      error.code = "AUTH_FORBIDDEN";
      throw error;
    }
    return enter(this.#as({ role: "service" }), callback);
  }

  #as(role) {
    return new Database(this.#host, this.#mayActAsService, role);
  }
}

class Transaction {
  #host;
  #id;

  constructor(host, id) {
    this.#host = host;
    this.#id = id;
  }

  query(sql, params) {
    return ask(this.#host, "/db/query", sql, params, { transaction: this.#id });
  }
}

function enter(database, callback) {
  return callback === undefined ? database : callback(database);
}

async function ask(host, path, sql, params, scope) {
  if (typeof sql !== "string") {
    throw new TypeError("SQL is a string");
  }
  if (params !== undefined && params !== null && !Array.isArray(params)) {
    throw new TypeError("Parameters are an array");
  }
  const { values, bytes } = parameters(params ?? []);
  const answer = await host.ask(path, { ...scope, sql, params: values, bytes });
  return { rows: rows(answer), rowCount: answer.rowCount, fields: answer.columns.map((name) => ({ name })) };
}

/** JSON has neither bytes nor large integers: bytes travel as base64 with their positions, integers as text. */
function parameters(params) {
  let bytes;
  const values = params.map((value, position) => {
    if (typeof value === "bigint") {
      return value.toString();
    }
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
      (bytes ??= []).push(position);
      return toBase64(value);
    }
    return value === undefined ? null : value;
  });
  return { values, bytes };
}

function rows({ columns, rows, bytes, floats }) {
  for (const column of bytes ?? []) {
    for (const row of rows) {
      row[column] = row[column] === null ? null : fromBase64(row[column]);
    }
  }
  for (const column of floats ?? []) {
    // JSON has no NaN and no infinity: they come as text.
    for (const row of rows) {
      row[column] = row[column] === null ? null : Number(row[column]);
    }
  }
  return rows.map((row) => {
    const named = {};
    for (let i = 0; i < columns.length; i++) {
      if (columns[i] === "__proto__") {
        Object.defineProperty(named, columns[i], { value: row[i], enumerable: true, configurable: true, writable: true });
      } else {
        named[columns[i]] = row[i];
      }
    }
    return named;
  });
}
