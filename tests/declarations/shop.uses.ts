// The example's till, as a TypeScript host uses it.
import { instantiate } from './shop.js';

export async function sell(priceOf: (name: string) => number | undefined): Promise<string> {
  const wasi = {} as Omit<Parameters<typeof instantiate>[0], 'priceOf'>;
  const { exports } = await instantiate({ ...wasi, priceOf });
  const basket = new exports.till.Basket('Ada');
  const line: { name: string; quantity: number; unitPrice: number } = basket.add('tea', 2);
  // @ts-expect-error the quantity is a number
  basket.add('tea', '2');
  return exports.till.receipt(basket, { tag: 'voucher', val: [line.unitPrice, 'thanks'] });
}
