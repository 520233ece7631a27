;; The consumer in Python, which needs WASI of its host, with the producer and the timer in C.
(component
  @wasi of $consumer
  (component $consumer)
  (component $timer)
  (component $producer)
  (instance $clock (instantiate $timer))
  (instance $feed (instantiate $producer (with "corefuse:flows/clock@0.1.0" (instance $clock "corefuse:flows/clock@0.1.0"))))
  (instance $desk (instantiate $consumer
    (with "corefuse:flows/feed@0.1.0" (instance $feed "corefuse:flows/feed@0.1.0"))
    @wasi given to $consumer))
  (export "corefuse:flows/desk@0.1.0" (instance $desk "corefuse:flows/desk@0.1.0")))
