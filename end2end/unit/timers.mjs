// A test's own clock: timers stand still until the test lets them tick.
const old = Number(process.versions.node.split('.')[0]) < 20;

/** @param {import('node:test').TestContext} t @param {('setInterval' | 'setTimeout')[]} apis */
export const holdTimers = (t, apis) => t.mock.timers.enable(old ? apis : { apis }); // Node 18 takes the names alone.
