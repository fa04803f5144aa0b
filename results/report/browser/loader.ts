import { inflateSync } from 'fflate';

/*
 * The script that stands in a page: it unpacks the one it carries and puts it beside itself, which runs it at once. The
 * browser's own DecompressionStream would be later than the page is drawn, so the bytes are inflated here.
 */

const own = document.currentScript as HTMLScriptElement;
const packed = atob(own.dataset['packed'] ?? '');
const script = document.createElement('script');
script.textContent = new TextDecoder().decode(inflateSync(Uint8Array.from(packed, (byte) => byte.charCodeAt(0))));
own.after(script);
