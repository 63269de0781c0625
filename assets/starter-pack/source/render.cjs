// Renders SVG files to PNG with headless Chromium. Usage: node render.cjs jobs.json
// jobs: {"chromium": path, "size": px, "files": [[svg, png], ...]}
const fs = require('node:fs');
const { chromium } = require('playwright-core');

async function main() {
  const job = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
  const browser = await chromium.launch({
    executablePath: job.chromium,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  const queue = [...job.files];
  const worker = async () => {
    const page = await browser.newPage({ viewport: { width: job.size, height: job.size } });
    for (let next = queue.shift(); next; next = queue.shift()) {
      await page.setContent(`<style>*{margin:0}svg{display:block}</style>${fs.readFileSync(next[0], 'utf8')}`);
      await page.screenshot({ path: next[1], omitBackground: true });
    }
  };
  await Promise.all(Array.from({ length: 6 }, worker));
  await browser.close();
}

main().catch((error) => { console.error(error); process.exit(1); });
