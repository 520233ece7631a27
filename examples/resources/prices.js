// What the till imports: the price of one piece, in cents.

export const priceOf = () => 250;
