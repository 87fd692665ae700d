/* The search is a worker, and two things keep it from working as readers expect. A word that begins
   with `--` is an option here, and no word to leave out. And a page that is opened from a disk may
   start no worker: there its script runs in a frame of the page. */
const QUERY = 2;

class FrameWorker extends EventTarget {
  #frame = document.createElement('iframe');
  #waiting = [];

  constructor(url) {
    super();
    this.#frame.hidden = true;
    this.#frame.srcdoc = '<script></script>';
    this.#frame.addEventListener('load', () => this.#start(url), { once: true });
    document.documentElement.append(this.#frame);
  }

  #start(url) {
    const inside = this.#frame.contentWindow, script = inside.document.createElement('script');
    inside.postMessage = (data) => this.dispatchEvent(new MessageEvent('message', { data }));
    script.src = url;
    script.addEventListener('load', () => {
      for (const data of this.#waiting) this.#tell(data);
      this.#waiting = null;
    });
    inside.document.head.append(script);
  }

  #tell(data) {
    const inside = this.#frame.contentWindow;
    inside.dispatchEvent(new inside.MessageEvent('message', { data }));
  }

  postMessage(data) {
    if (this.#waiting) this.#waiting.push(data);
    else this.#tell(data);
  }
}

globalThis.Worker = class extends (location.protocol === 'file:' ? FrameWorker : Worker) {
  postMessage(message) {
    const data = message.type === QUERY ? message.data.replace(/(^|\s)-+/g, '$1') : message.data;
    super.postMessage({ ...message, data });
  }
};
