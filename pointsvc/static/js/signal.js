/** A short sound and a short shake when a code was read: eyes are on the person, not on the screen. */

let audio = null;

/** Call from a tap: browsers allow sound only after one. */
export function prepare() {
  const Context = window.AudioContext || window.webkitAudioContext;
  if (!audio && Context) {
    audio = new Context();
  }
  return audio?.resume?.().catch(() => {});
}

/** A tone that fades out. @param {number} hertz @param {number} wait @param {number} lasts in seconds */
function strike(hertz, wait, lasts, loudness) {
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  const begins = audio.currentTime + wait;
  tone.frequency.value = hertz;
  volume.gain.setValueAtTime(loudness, begins);
  volume.gain.exponentialRampToValueAtTime(0.001, begins + lasts);
  tone.connect(volume).connect(audio.destination);
  tone.start(begins);
  tone.stop(begins + lasts + 0.02);
}

export function signal() {
  navigator.vibrate?.(80);
  if (audio?.state === "running") {
    strike(880, 0, 0.18, 0.25);
  }
}

/** Two strokes, as in a waiting room: somebody's number is called. */
export function gong() {
  if (audio?.state === "running") {
    strike(659, 0, 1.2, 0.5);
    strike(523, 0.5, 1.6, 0.5);
  }
}
