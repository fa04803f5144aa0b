import { expect, test } from 'vitest';
import { compact } from './compact.ts';
import { html, type Markup } from './markup.ts';

const shortened = (markup: Markup) => compact(markup.text);

test('a table keeps its start tags and loses the end tags that HTML implies', () => {
  expect(
    shortened(html`<table><tbody><tr><th scope="row">a</th><td>1</td></tr>
<tr><td class="x y">2</td></tr></tbody></table>`),
  ).toBe('<table><tbody><tr><th scope=row>a<td>1<tr><td class="x y">2</table>');
});

test('quotes go where a value needs none, and stay before a slash', () => {
  expect(shortened(html`<g class="tick"><line x1="3" x2="4"/><a href="#results" title=""></a></g>`)).toBe(
    '<g class=tick><line x1=3 x2="4"/><a href=#results title=""></a></g>',
  );
});

test('paths are written by their distances', () => {
  expect(shortened(html`<path d="M10 20L12.5,18" class="a b"/>`)).toBe('<path d="m10 20 2.5-2" class="a b"/>');
});

test('a line becomes a path', () => {
  expect(shortened(html`<line class="grid" x1="3" x2="8.5" y1="4" y2="4"/>`)).toBe('<path class=grid d="m3 4h5.5"/>');
});

test('JSON in a value stands between single quotes, an apostrophe as an entity', () => {
  expect(shortened(html`<i data-x="${'{"a":"it\'s"}'}"></i>`)).toBe(`<i data-x='{"a":"it&#39;s"}'></i>`);
});

test('what only looks like markup in a text or a value stays as it is', () => {
  const text = '</td> class="x" d="M1 1L2 2" </li>';
  const whole = shortened(html`<p title="${text}">${text}</p>`);
  const [, value = '', content = ''] = /^<p title='([^']*)'>([^<]*)<\/p>$/.exec(whole) ?? [];
  const angles = (escaped: string) => escaped.replaceAll('&lt;', '<').replaceAll('&gt;', '>');
  expect(angles(value)).toBe(text);
  expect(angles(content).replaceAll('&quot;', '"')).toBe(text);
});

test('the script and the style are left alone', () => {
  const page = '<style>a[b="c"] {}</style><script>x="</td>";d="1"</script><p class="d">';
  expect(compact(page)).toBe('<style>a[b="c"] {}</style><script>x="</td>";d="1"</script><p class=d>');
});
