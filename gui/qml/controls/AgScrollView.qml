import QtQuick
import QtQuick.Controls.Basic
import AgGateway

// What the keyboard comes to within it is brought into sight.
ScrollView {
    id: view

    function reveal(item: Item) {
        const flickable = view.contentItem as Flickable;
        let parent = item ? item.parent : null;
        while (parent && flickable && parent !== flickable.contentItem) parent = parent.parent;
        if (!parent || !flickable) return;
        const top = item.mapToItem(flickable.contentItem, 0, 0).y - Theme.m;
        const bottom = top + item.height + 2 * Theme.m;
        if (top < flickable.contentY || bottom - top > flickable.height) flickable.contentY = Math.max(0, top);
        else if (bottom > flickable.contentY + flickable.height) flickable.contentY = Math.min(bottom, flickable.contentHeight) - flickable.height;
    }

    Connections {
        target: view.Window.window
        function onActiveFocusItemChanged() {
            const item = view.Window.window?.activeFocusItem ?? null;
            // Who clicks sees it already, and it must not move away from under the mouse; and what has the focus back
            // when the window or a menu gives it back may have been scrolled away on purpose.
            const reason = item ? item["focusReason"] : undefined;
            if (reason === undefined || [Qt.TabFocusReason, Qt.BacktabFocusReason, Qt.ShortcutFocusReason, Qt.OtherFocusReason].includes(reason)) view.reveal(item);
        }
    }
    ScrollBar.vertical: AgScrollBar {
        parent: view
        x: view.mirrored ? 0 : view.width - width
        y: view.topPadding
        height: view.availableHeight
        active: view.ScrollBar.horizontal.active
    }
    ScrollBar.horizontal: AgScrollBar {
        parent: view
        x: view.leftPadding
        y: view.height - height
        width: view.availableWidth
        active: view.ScrollBar.vertical.active
    }
}
