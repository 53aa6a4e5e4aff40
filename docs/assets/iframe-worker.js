// A page opened from a disk may start no worker: the search runs in a hidden frame instead.
if (location.protocol === "file:") {
  // By this name the search knows that it is in a frame and where its files are.
  window.IFrameWorker = window.Worker = class extends EventTarget {
    constructor(url) {
      super()
      const frame = document.createElement("iframe")
      frame.hidden = true
      document.body.append(frame)
      this.frame = frame
      const inside = frame.contentWindow
      inside.document.open()
      inside.document.write("<!doctype html><body></body>")
      inside.document.close()
      const load = address => new Promise((done, fail) => {
        const script = inside.document.createElement("script")
        script.src = address
        script.onload = done
        script.onerror = fail
        inside.document.body.append(script)
      })
      inside.importScripts = (...all) =>
        all.reduce((before, address) => before.then(() => load(address)), Promise.resolve())
      inside.postMessage = data => {
        const event = new MessageEvent("message", { data })
        this.dispatchEvent(event)
        if (this.onmessage) this.onmessage(event)
      }
      this.ready = load(url)
    }
    postMessage(data) {
      this.ready.then(() => {
        const inside = this.frame.contentWindow
        inside.dispatchEvent(new inside.MessageEvent("message", { data }))
      })
    }
    terminate() {
      this.frame.remove()
    }
  }
}
