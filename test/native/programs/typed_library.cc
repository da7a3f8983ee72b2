/* Keeps 1,021 objects of its one class, by its second base. */
struct First {
    virtual ~First() = default;
    long word = 1;
};
struct Second {
    virtual ~Second() = default;
    long word = 2;
};
namespace plugin {
struct Session : First, Second {};
} // namespace plugin

static Second *volatile kept[1021];

__attribute__((constructor)) static void keep() {
    for (auto &session : kept)
        session = new plugin::Session;
}
