// The guest: a till for a shop whose prices only the host knows. `wit/shop.wit` says what it offers; the generated
// `shop.h` is that in C. It writes a journal to standard output and takes the shop's name from the environment,
// both through WASI.

#include "shop.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef exports_corefuse_shop_till_line_t line_t;
typedef exports_corefuse_shop_till_discount_t discount_t;

struct exports_corefuse_shop_till_basket_t {
  char *customer;
  line_t *lines;
  size_t count;
};

typedef exports_corefuse_shop_till_basket_t basket_t;

static void *checked(void *memory) {
  if (memory == NULL) abort();
  return memory;
}

// A C string with the content of a component string.
static char *to_c(const shop_string_t *string) {
  char *text = checked(malloc(string->len + 1));
  memcpy(text, string->ptr, string->len);
  text[string->len] = '\0';
  return text;
}

// Text that grows as it is written to.
typedef struct {
  char *bytes;
  size_t length;
} text_t;

static void append(text_t *text, const char *format, ...) {
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int more = vsnprintf(NULL, 0, format, args);
  text->bytes = checked(realloc(text->bytes, text->length + (size_t)more + 1));
  vsnprintf(text->bytes + text->length, (size_t)more + 1, format, again);
  text->length += (size_t)more;
  va_end(again);
  va_end(args);
}

exports_corefuse_shop_till_own_basket_t exports_corefuse_shop_till_constructor_basket(shop_string_t *customer) {
  basket_t *basket = checked(calloc(1, sizeof(basket_t)));
  basket->customer = to_c(customer);
  shop_string_free(customer);
  return exports_corefuse_shop_till_basket_new(basket);
}

void exports_corefuse_shop_till_basket_destructor(basket_t *basket) {
  for (size_t i = 0; i < basket->count; i++) shop_string_free(&basket->lines[i].name);
  printf("[till] %s leaves the shop\n", basket->customer);
  fflush(stdout);
  free(basket->lines);
  free(basket->customer);
  free(basket);
}

bool exports_corefuse_shop_till_method_basket_add(basket_t *basket, shop_string_t *name, uint32_t quantity,
                                                  line_t *ret, shop_string_t *err) {
  uint32_t price;
  char *text = to_c(name);
  if (!shop_price_of(name, &price)) {
    text_t message = {0};
    append(&message, "%s is not for sale", text);
    shop_string_dup_n(err, message.bytes, message.length);
    free(message.bytes);
    free(text);
    shop_string_free(name);
    return false;
  }
  basket->lines = checked(realloc(basket->lines, (basket->count + 1) * sizeof(line_t)));
  basket->lines[basket->count++] = (line_t){.name = *name, .quantity = quantity, .unit_price = price};
  printf("[till] %s takes %u x %s\n", basket->customer, quantity, text);
  fflush(stdout);
  ret->quantity = quantity;
  ret->unit_price = price;
  shop_string_dup_n(&ret->name, text, strlen(text));
  free(text);
  return true;
}

void exports_corefuse_shop_till_method_basket_lines(basket_t *basket, exports_corefuse_shop_till_list_line_t *ret) {
  ret->len = basket->count;
  ret->ptr = checked(malloc(basket->count * sizeof(line_t) + 1));
  for (size_t i = 0; i < basket->count; i++) {
    ret->ptr[i] = basket->lines[i];
    shop_string_dup_n(&ret->ptr[i].name, (const char *)basket->lines[i].name.ptr, basket->lines[i].name.len);
  }
}

static void append_amount(text_t *receipt, const char *what, int64_t cents) {
  uint64_t size = (uint64_t)(cents < 0 ? -cents : cents);
  append(receipt, "%-28s %s%3llu.%02llu\n", what, cents < 0 ? "-" : " ", (unsigned long long)(size / 100),
         (unsigned long long)(size % 100));
}

void exports_corefuse_shop_till_receipt(basket_t *basket, discount_t *discount, shop_string_t *ret) {
  text_t receipt = {0};
  const char *shop = getenv("SHOP_NAME");
  append(&receipt, "%s: receipt for %s\n", shop ? shop : "A shop", basket->customer);
  uint64_t sum = 0;
  for (size_t i = 0; i < basket->count; i++) {
    line_t *line = &basket->lines[i];
    text_t what = {0};
    append(&what, "%4u x %.*s", line->quantity, (int)line->name.len, (const char *)line->name.ptr);
    append_amount(&receipt, what.bytes, (int64_t)line->quantity * line->unit_price);
    free(what.bytes);
    sum += (uint64_t)line->quantity * line->unit_price;
  }
  uint64_t off = 0;
  if (discount->tag == EXPORTS_COREFUSE_SHOP_TILL_DISCOUNT_PERCENT) {
    uint32_t percent = discount->val.percent < 100 ? discount->val.percent : 100;
    off = sum * percent / 100;
    text_t what = {0};
    append(&what, "     %u %% off", percent);
    append_amount(&receipt, what.bytes, -(int64_t)off);
    free(what.bytes);
  } else if (discount->tag == EXPORTS_COREFUSE_SHOP_TILL_DISCOUNT_VOUCHER) {
    off = discount->val.voucher.f0 < sum ? discount->val.voucher.f0 : sum;
    text_t what = {0};
    append(&what, "     %.*s", (int)discount->val.voucher.f1.len, (const char *)discount->val.voucher.f1.ptr);
    append_amount(&receipt, what.bytes, -(int64_t)off);
    free(what.bytes);
  }
  append_amount(&receipt, "     to pay", (int64_t)(sum - off));
  shop_string_dup_n(ret, receipt.bytes, receipt.length);
  free(receipt.bytes);
  exports_corefuse_shop_till_discount_free(discount);
}
