(() => {
  const reveal = document.getElementById('reveal');
  const find = document.getElementById('find');
  const found = document.getElementById('found');
  const unsafe = document.querySelectorAll('.unsafe');
  const rows = [...document.querySelectorAll('.texts tbody tr')].map(row => ({row, text: row.textContent.toLowerCase()}));

  const hide = () => unsafe.forEach(text => text.setAttribute('aria-hidden', String(!reveal.checked)));

  const filter = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(word => word);
    let shown = 0;
    rows.forEach(({row, text}) => {
      row.hidden = !words.every(word => text.includes(word));
      shown += row.hidden ? 0 : 1;
    });
    found.textContent = words.length ? shown + ' of ' + rows.length + ' items' : '';
  };

  reveal.addEventListener('change', hide);
  find.addEventListener('input', filter);
  hide();
  filter();
})();
