/** A camera's stream and its pictures: whole and, in turn, the middle enlarged twice. */

const WISH = { audio: false, video: { facingMode: { ideal: "environment" }, width: { ideal: 1920 }, height: { ideal: 1080 } } };
const STATES = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "absent",
  OverconstrainedError: "absent",
  NotReadableError: "busy",
  AbortError: "busy",
};

/** @returns {string | null} why there can be no camera here, null when there may be one */
export function obstacle() {
  if (!window.isSecureContext) {
    return "insecure";
  }
  return navigator.mediaDevices?.getUserMedia ? null : "absent";
}

/**
 * @param {unknown} error of getUserMedia
 * @returns {string} the state to show
 */
export function stateOf(error) {
  return STATES[error?.name] || "absent";
}

export class Camera {
  /** @param {HTMLVideoElement} video */
  constructor(video) {
    this.video = video;
    this.canvas = document.createElement("canvas");
    this.context = this.canvas.getContext("2d", { willReadFrequently: true });
    this.count = 0;
    this.stream = null;
  }

  /** Ask for the camera and show it. Rejects with getUserMedia's errors. */
  async open() {
    this.stream = await navigator.mediaDevices.getUserMedia(WISH);
    this.video.srcObject = this.stream;
    await this.video.play();
  }

  close() {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.video.srcObject = null;
    this.stream = null;
  }

  get track() {
    return this.stream?.getVideoTracks()[0] ?? null;
  }

  /** @returns {{torch?: boolean, zoom?: {min: number, max: number, step: number}}} what it offers */
  get abilities() {
    return this.track?.getCapabilities?.() ?? {};
  }

  /** @param {MediaTrackConstraintSet} setting such as {torch: true} or {zoom: 2} */
  async set(setting) {
    await this.track?.applyConstraints({ advanced: [setting] }).catch(() => {});
  }

  /** @returns {ImageData | null} the next picture, null while there is none */
  picture() {
    const { videoWidth: width, videoHeight: height } = this.video;
    if (!width || this.video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) {
      return null;
    }
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    const near = (this.count += 1) % 2 === 0;
    const [x, y, w, h] = near ? [width / 4, height / 4, width / 2, height / 2] : [0, 0, width, height];
    this.context.drawImage(this.video, x, y, w, h, 0, 0, width, height);
    return this.context.getImageData(0, 0, width, height);
  }
}
