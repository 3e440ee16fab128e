function ConvertTo-HcsObject {
    <#
    .SYNOPSIS
    A value of a document as PowerShell has it: members in PascalCase, times as DateTime (UTC), large numbers as UInt64, names with
    values as a table, and a type name that views and pipelines know.
    #>
    param(
        $Value,
        [string] $TypeName
    )

    if ($TypeName -ceq 'Statistics') { return (ConvertTo-HcsStatistics -Value $Value) }
    if ($Value -isnot [System.Management.Automation.PSCustomObject]) { return (ConvertTo-HcsValue -Name '' -Value $Value) }
    $members = [ordered]@{}
    foreach ($property in $Value.PSObject.Properties) {
        if ($property.Name -ceq 'schema' -or $property.Name -ceq 'ok') { continue }
        $name = $property.Name.Substring(0, 1).ToUpperInvariant() + $property.Name.Substring(1)
        $members[$name] = ConvertTo-HcsValue -Name $property.Name -Value $property.Value
    }
    $made = [pscustomobject] $members
    if ($TypeName) { $made.PSObject.TypeNames.Insert(0, "HostCompute.$TypeName") }
    $made
}

function ConvertTo-HcsValue {
    param([string] $Name, $Value)

    if ($null -eq $Value) { return $null }
    if ($Value -is [array]) {
        if ($Name -ceq 'labels' -or $Name -ceq 'annotations') {
            $table = [ordered]@{}
            foreach ($pair in $Value) { $table[[string] $pair.name] = [string] $pair.value }
            return $table
        }
        $items = @(foreach ($item in $Value) { ConvertTo-HcsObject -Value $item })
        return , $items
    }
    if ($Value -is [System.Management.Automation.PSCustomObject]) { return (ConvertTo-HcsObject -Value $Value) }
    # Windows PowerShell leaves times as text; integers above 2^53-1 are texts in our documents.
    if ($Value -is [string]) {
        if ($Name -cmatch '(At|^time)$' -and $Value -match '^\d{4}-\d\d-\d\dT[\d:.]+Z$') {
            $style = [System.Globalization.DateTimeStyles]::AdjustToUniversal -bor [System.Globalization.DateTimeStyles]::AssumeUniversal
            return [datetime]::Parse($Value, [System.Globalization.CultureInfo]::InvariantCulture, $style)
        }
        if ($Name -cmatch '(100ns|[bB]ytes|Count)$' -and $Value -match '^\d+$') { return [uint64] $Value }
    }
    $Value
}
