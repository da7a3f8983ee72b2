/* Keeps objects of three classes with virtual functions, one of two bases; and blocks that begin with the address of a
 * text, which are of no class. argv[1], a library, keeps more. Says "ready". */
#include "expect.h"
#include <dlfcn.h>
#include <new>

namespace shapes {
struct Shape {
    virtual ~Shape() = default;
    double size = 1;
};
struct Named {
    virtual ~Named() = default;
    virtual const char *Name() const {
        return "";
    }
};
struct Circle : Shape {};
template <typename Number> struct Box : Shape {
    Number sides[12] = {};
};
struct Label : Shape, Named {};
} // namespace shapes

static shapes::Shape *volatile shape[997 + 1009 + 1013];
static const char **volatile texts[503];

int main(int count, char **arguments) {
    for (int index = 0; index < 997 + 1009 + 1013; index++)
        shape[index] = index < 997          ? new shapes::Circle
                       : index < 997 + 1009 ? static_cast<shapes::Shape *>(new shapes::Box<long>)
                                            : new shapes::Label;
    for (auto &text : texts)
        *(text = static_cast<const char **>(malloc(40))) = "a text of no class, in memory that nobody writes";
    EXPECT(count < 2 || dlopen(arguments[1], RTLD_NOW) != nullptr);
    EXPECT(write(STDOUT_FILENO, "ready\n", 6) == 6 && pause() == 0);
}
