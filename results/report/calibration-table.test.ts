import { describe, expect, it } from 'vitest';
import { quickDocument } from '../samples/variants.ts';
import { CALIBRATION_TITLE } from './calibration-columns.ts';
import { renderHtml } from './html.ts';
import { renderTerminal } from './terminal.ts';

const calibrated = () => ({
  ...quickDocument(),
  calibration: [
    {
      transport: 'polling' as const,
      subscribers: 100,
      eventsPerSec: 4,
      latencyUs: { count: 240, p50: 125, p99: 644, max: 1236 },
      driverCpuUsPerUnit: 38.2,
      eventLoopUtilization: 0.0421,
    },
    {
      transport: 'sse' as const,
      subscribers: 100,
      eventsPerSec: 50,
      latencyUs: { count: 3000, p50: 812, p99: 1530, max: 2100 },
      driverCpuUsPerUnit: 9.61,
      eventLoopUtilization: 0.0512,
    },
  ],
});

const terminal = (document: ReturnType<typeof calibrated>, width = 100) => {
  const text = renderTerminal(document, { color: false, width });
  return text.slice(text.indexOf(CALIBRATION_TITLE));
};

describe('the driver by itself', () => {
  it('has a row for each transport, with load, latency, CPU and utilization', () => {
    const text = terminal(calibrated());
    expect(text).toMatch(/subtracted\s+from none/);
    expect(text).toMatch(/^polling +100 +4 +240 +0\.125 +0\.644 +1\.24 +38\.2 +4\.21 %$/m);
    expect(text).toMatch(/^sse +100 +50 +3,000 +0\.812 +1\.53 +2\.10 +9\.61 +5\.12 %$/m);
    const html = renderHtml(calibrated());
    expect(html.match(/<h2 id="calibration">/g)?.length).toBe(1);
    expect(html).toMatch(/<th scope="row">sse<\/th><td>100<\/td>.*<td>0\.812<\/td>/);
  });

  it('keeps to the width of a terminal', () => {
    const lines = terminal(calibrated(), 60).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
  });

  it('is left out where there was no calibration', () => {
    const document = { ...quickDocument(), calibration: [] };
    expect(renderTerminal(document, { color: false, width: 100 })).not.toContain(CALIBRATION_TITLE);
    expect(renderHtml(document)).not.toContain('id="calibration"');
  });
});
