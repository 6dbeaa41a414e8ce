/** A short sound and a short shake when a code was read: eyes are on the person, not on the screen. */

let audio = null;

/** Call from a tap: browsers allow sound only after one. */
export function prepare() {
  const Context = window.AudioContext || window.webkitAudioContext;
  if (!audio && Context) {
    audio = new Context();
  }
  audio?.resume?.().catch(() => {});
}

export function signal() {
  navigator.vibrate?.(80);
  if (audio?.state !== "running") {
    return;
  }
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = 880;
  volume.gain.setValueAtTime(0.25, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.18);
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.2);
}
