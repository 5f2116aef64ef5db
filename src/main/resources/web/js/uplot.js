// The pinned distribution is a classic script, because its minified form is a third of the module's size.
export default window.uPlot;
