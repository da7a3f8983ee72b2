/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_VERDICT_WORKER_H
#define OFFHEAP_VERDICT_WORKER_H

#include "../inspect/inspect.h"

#include <napi.h>

/*
 * Looks into another process off the JavaScript thread. Its promise resolves to { status, what, error } and, where the
 * status is good, what AddResult() adds.
 */
class VerdictWorker : public Napi::AsyncWorker {
  public:
    VerdictWorker(const VerdictWorker &) = delete;
    VerdictWorker &operator=(const VerdictWorker &) = delete;

    Napi::Promise Promise() const {
        return deferred_.Promise();
    }

  protected:
    /* `cancelled`: its memory is there until the worker has ended. */
    VerdictWorker(Napi::Env env, const char *name, Napi::Int32Array cancelled)
        : Napi::AsyncWorker(env, name), deferred_(Napi::Promise::Deferred::New(env)),
          cancelled_(Napi::Persistent(cancelled.As<Napi::Object>())) {}

    virtual void AddResult(Napi::Env env, Napi::Object object) = 0;

    void OnOK() override {
        Napi::Env env = Env();
        Napi::Object object = Napi::Object::New(env);
        object["status"] = Napi::String::New(env, inspect_status_name(verdict_.status));
        object["what"] = Napi::String::New(env, verdict_.what);
        object["error"] = Napi::Number::New(env, verdict_.error);
        if (verdict_.status == inspect_ok) {
            AddResult(env, object);
        }
        deferred_.Resolve(object);
    }

    void OnError(const Napi::Error &error) override {
        deferred_.Reject(error.Value());
    }

    inspect_verdict verdict_ = {inspect_system_error, "", 0};

  private:
    Napi::Promise::Deferred deferred_;
    Napi::ObjectReference cancelled_;
};

#endif
