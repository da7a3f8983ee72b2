/* SPDX-License-Identifier: MIT */
#include "core_file.h"

#include "list_room.h"
#include "page_size.h"

#include <elf.h>
#include <errno.h>
#include <string.h>

enum { first_capacity = 256, note_align = 4 };

/* struct elf_prstatus and elf_prpsinfo of 64-bit Linux (include/linux/elfcore.h): where their fields lie. */
enum {
    status_signal_at = 12,
    status_pid_at = 32,
    status_registers_at = 112,
    info_pid_at = 24,
    info_name_at = 40,
    info_command_at = 56,
    info_bytes = 136,
#if defined(__aarch64__)
    stack_register = 31, /* of struct user_pt_regs */
#else
    stack_register = 19, /* of struct user_regs_struct */
#endif
    status_bytes = status_registers_at + stack_register * 8 + 8, /* as far as it is read */
};

static uint32_t int_at(const unsigned char *bytes, size_t at) {
    uint32_t value;
    memcpy(&value, bytes + at, sizeof value);
    return value;
}

static uint64_t word_at(const unsigned char *bytes, size_t at) {
    uint64_t value;
    memcpy(&value, bytes + at, sizeof value);
    return value;
}

static struct inspect_verdict take_thread(struct core_file *core, size_t *capacity, uint64_t offset, uint64_t bytes) {
    unsigned char status[status_bytes];
    if (bytes < sizeof status || !core_file_read_at(core, offset, status, sizeof status)) {
        return inspect_good();
    }
    if (core->thread_count == core_thread_limit) {
        core->threads_left++;
        return inspect_good();
    }
    struct core_thread *list =
        list_with_room(core->threads, core->thread_count, capacity, first_capacity, sizeof *list);
    if (list == NULL) {
        return inspect_failure("memory", ENOMEM);
    }
    core->threads = list;
    if (core->thread_count == 0) {
        core->signal = int_at(status, status_signal_at) & UINT16_MAX;
        core->pid = core->pid == 0 ? int_at(status, status_pid_at) : core->pid;
    }
    core->threads[core->thread_count++] = (struct core_thread){
        int_at(status, status_pid_at), word_at(status, status_registers_at + (size_t)stack_register * 8)};
    return inspect_good();
}

static void take_info(struct core_file *core, uint64_t offset, uint64_t bytes) {
    unsigned char info[info_bytes];
    if (bytes < sizeof info || !core_file_read_at(core, offset, info, sizeof info)) {
        return;
    }
    core->pid = int_at(info, info_pid_at);
    memcpy(core->name, info + info_name_at, sizeof core->name - 1);
    memcpy(core->command, info + info_command_at, sizeof core->command - 1);
    core->command[sizeof core->command - 1] = '\0';
}

/* Pairs of a type and a value, to AT_NULL. */
static struct inspect_verdict take_auxiliary(struct core_file *core, uint64_t offset, uint64_t bytes) {
    Elf64_auxv_t pair;
    enum { most_pairs = 256 };
    for (uint64_t at = 0; bytes - at >= sizeof pair && at < most_pairs * sizeof pair; at += sizeof pair) {
        if (!core_file_read_at(core, offset + at, &pair, sizeof pair) || pair.a_type == AT_NULL) {
            break;
        }
        uint64_t value = pair.a_un.a_val;
        if (pair.a_type == AT_PAGESZ && value != page_bytes()) {
            return inspect_refusal(inspect_other_machine, "another size of pages");
        }
        core->program_at = pair.a_type == AT_PHDR ? value : core->program_at;
        core->stack_at = pair.a_type == AT_RANDOM ? value : core->stack_at;
        core->vdso_at = pair.a_type == AT_SYSINFO_EHDR ? value : core->vdso_at;
    }
    return inspect_good();
}

/* A count, the unit of offsets, then three words for each mapping, and then as many names, each with a NUL. */
static struct inspect_verdict take_names(struct core_file *core, uint64_t offset, uint64_t bytes) {
    enum { head_bytes = 16, entry_bytes = 24 };
    if (core->text != NULL || bytes < head_bytes) {
        return inspect_good();
    }
    if (bytes > core_names_limit) {
        return inspect_refusal(inspect_too_large, "names of mapped files");
    }
    unsigned char *text = malloc((size_t)bytes + 1);
    if (text == NULL) {
        return inspect_failure("memory", ENOMEM);
    }
    core->text = (char *)text;
    if (!core_file_read_at(core, offset, text, (size_t)bytes)) {
        core->is_cut = true;
        return inspect_good();
    }
    text[bytes] = '\0';
    uint64_t count = word_at(text, 0);
    uint64_t unit = word_at(text, 8);
    uint64_t most = (bytes - head_bytes) / entry_bytes;
    count = count < most ? count : most;
    if (count == 0) {
        return inspect_good();
    }
    core->names = malloc((size_t)count * sizeof *core->names);
    if (core->names == NULL) {
        return inspect_failure("memory", ENOMEM);
    }
    size_t name_at = head_bytes + (size_t)count * entry_bytes;
    for (size_t index = 0; index < count && name_at < bytes; index++) {
        const unsigned char *entry = text + head_bytes + index * entry_bytes;
        struct core_name name = {.start = word_at(entry, 0), .end = word_at(entry, 8), .path = core->text + name_at};
        name_at += strlen(name.path) + 1;
        bool overflows = __builtin_mul_overflow(word_at(entry, 16), unit, &name.offset);
        if (!overflows && name.start < name.end && name.start % page_bytes() == 0 && name.end % page_bytes() == 0) {
            core->names[core->name_count++] = name;
        }
    }
    return inspect_good();
}

static struct inspect_verdict take_note(struct core_file *core, size_t *capacity, uint32_t type, uint64_t offset,
                                        uint64_t bytes) {
    switch (type) {
    case NT_PRSTATUS:
        return take_thread(core, capacity, offset, bytes);
    case NT_PRPSINFO:
        take_info(core, offset, bytes);
        return inspect_good();
    case NT_AUXV:
        return take_auxiliary(core, offset, bytes);
    case NT_FILE:
        return take_names(core, offset, bytes);
    default:
        return inspect_good();
    }
}

static uint64_t aligned(uint32_t bytes) {
    return ((uint64_t)bytes + note_align - 1) & ~(uint64_t)(note_align - 1);
}

/* elf(5), "Notes (Nhdr)". The kernel's own notes of the kinds that are read are named CORE. */
struct inspect_verdict core_notes_read(struct core_file *core, uint64_t offset, uint64_t bytes,
                                       const struct deadline *deadline) {
    static const char own_name[] = "CORE";
    size_t capacity = 0;
    struct inspect_verdict verdict = inspect_good();
    if (core->thread_count > 0) {
        return verdict; /* one list is all there is */
    }
    uint64_t end;
    if (__builtin_add_overflow(offset, bytes, &end) || end > core->bytes) {
        core->is_cut = true;
        end = core->bytes;
    }
    for (size_t notes = 0; offset < end && end - offset >= sizeof(Elf64_Nhdr) && verdict.status == inspect_ok;
         notes++) {
        Elf64_Nhdr note;
        char name[sizeof own_name];
        if (notes == core_note_limit) {
            return inspect_refusal(inspect_too_large, "notes");
        }
        if (deadline_is_over_at(deadline, notes)) {
            return deadline_verdict(deadline, "reading the notes of the core file");
        }
        if (!core_file_read_at(core, offset, &note, sizeof note)) {
            core->is_cut = true;
            break;
        }
        uint64_t content = offset + sizeof note + aligned(note.n_namesz);
        bool is_own = note.n_namesz == sizeof own_name &&
                      core_file_read_at(core, offset + sizeof note, name, sizeof name) &&
                      memcmp(name, own_name, sizeof name) == 0;
        if (content > end || note.n_descsz > end - content) {
            core->is_cut = true;
            break;
        }
        verdict = is_own ? take_note(core, &capacity, note.n_type, content, note.n_descsz) : verdict;
        offset = content + aligned(note.n_descsz);
    }
    return verdict;
}

static int by_address(const void *one, const void *other) {
    uint64_t first = ((const struct core_name *)one)->start;
    uint64_t second = ((const struct core_name *)other)->start;
    return (first > second) - (first < second);
}

void core_notes_sort(struct core_file *core) {
    size_t kept = 0;
    if (core->name_count > 0) {
        qsort(core->names, core->name_count, sizeof *core->names, by_address);
    }
    for (size_t index = 0; index < core->name_count; index++) {
        if (kept == 0 || core->names[index].start >= core->names[kept - 1].end) {
            core->names[kept++] = core->names[index];
        }
    }
    core->name_count = kept;
}
