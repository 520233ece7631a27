;; FAIL[err]: inspect % --stage dfg
;;
;; A thread built-in that is a resource's destructor is needed by the resource.
(component
  (core func $index (canon thread.index))
  (core func $resume (canon thread.resume-later))
  (type $r (resource (rep i32) (dtor $resume))))
