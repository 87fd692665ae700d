/** A worker that answers questions, one at a time; to cancel is to end it. */

/** The work was cancelled by the user. */
export class Cancelled extends Error {
  name = 'Cancelled';
}

export class Engine {
  /** @type {Map<number, {resolve: (value: any) => void, reject: (error: Error) => void, progress?: (done: number, of: number) => void}>} */
  #open = new Map();
  #next = 1;
  #worker;

  /** @param {string} address of the script */
  constructor(address) {
    this.#worker = new Worker(address);
    this.#worker.onmessage = ({ data: { id, value, error, progress } }) => {
      const request = this.#open.get(id);
      if (request === undefined) return;
      if (progress !== undefined) return request.progress?.(progress[0], progress[1]);
      this.#open.delete(id);
      if (error === undefined) request.resolve(value);
      else request.reject(Object.assign(new Error(error.message), { name: error.name }));
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#end(new Error(event.message));
    };
  }

  /** @param {string} what @param {{[name: string]: any}} [given] @param {(done: number, of: number) => void} [progress]
   * @returns {Promise<any>} */
  ask(what, given = {}, progress = undefined) {
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      this.#open.set(id, { resolve, reject, progress });
      this.#worker.postMessage({ id, what, given });
    });
  }

  /** Ends the worker; who still waits for an answer gets `Cancelled`. */
  end() {
    this.#worker.terminate();
    this.#end(new Cancelled('cancelled'));
  }

  /** @param {Error} error */
  #end(error) {
    for (const { reject } of this.#open.values()) reject(error);
    this.#open.clear();
  }
}
