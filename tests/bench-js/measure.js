// Measures one of the two in this process, and sends what it measured to its parent:
//
//   measure.js ./enrol.js TABLES WARM MEASURED
//
// TABLES are statements for better-auth. It signs WARM users up, then MEASURED ones, each after the answer to the one
// before, and waits for the last message: 0 measures the start alone. A run in which a sign-up is refused or a message
// is missing fails.

const [side, tables, warm, measured] = process.argv.slice(2);
const { start } = await import(side);

let delivered = 0;
let expected = 0;
let allDelivered = () => {};
const signUp = await start(() => {
  delivered++;
  if (delivered === expected) {
    allDelivered();
  }
}, tables);
const idle = process.memoryUsage.rss();

let users = 0;
async function sign(count) {
  for (let i = 0; i < count; i++) {
    if (!(await signUp(`user${users++}`, "correct horse battery"))) {
      throw new Error(`${side} refused a sign-up`);
    }
  }
}

/** Signs up, and waits until every message is delivered. */
async function load(count) {
  expected = delivered + count;
  const end = new Promise((resolve) => {
    allDelivered = resolve;
  });
  await sign(count);
  await end;
}

expected = 1;
const message = new Promise((resolve) => {
  allDelivered = resolve;
});
await sign(1);
const cold = performance.now(); // since the process began
await message;
const report = { cold, idle };
if (measured > 0) {
  await load(Number(warm));
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await load(Number(measured));
  report.wall = (performance.now() - begun) / measured;
  const { user, system } = process.cpuUsage(cpu);
  report.cpu = (user + system) / 1000 / measured;
  report.loaded = process.memoryUsage.rss();
}
process.send(report, () => process.exit());
